package io.flinkgpu.inference.tensorflow;

import static io.flinkgpu.inference.tensorflow.TestingSavedModels.export;
import static io.flinkgpu.inference.tensorflow.TestingSavedModels.placeholder;
import static io.flinkgpu.inference.tensorflow.TestingSavedModels.signature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssignVariableOp;
import org.tensorflow.op.core.HashTable;
import org.tensorflow.op.core.InitializeTableFromTextFile;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/** SavedModels of strings: those that fail by what a row says, and one with assets. */
final class TextSavedModels {

    private static final String ASSET = "words.txt";
    private static final String INIT = "__saved_model_init_op";
    private static final long WHOLE_LINE = -2;
    private static final long LINE_NUMBER = -1;

    private TextSavedModels() {}

    /** Each text of {@code [batch]} as a number. */
    static Path toNumber(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TString> text = texts(tf);
                    return signature()
                            .input("text", text)
                            .output("number", tf.strings.toNumber(text));
                });
    }

    /** The content of two files: names and contents are {@code [1, 2]}. */
    static Path readFiles(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TString> names =
                            placeholder(tf, "names", TString.class, Shape.of(1, 2));
                    Operand<TString> both =
                            tf.stack(List.of(read(tf, names, 0), read(tf, names, 1)));
                    return signature()
                            .input("names", names)
                            .output("contents", tf.expandDims(both, tf.constant(0)));
                });
    }

    /**
     * The line of each word in an asset, -1 for others, and the whole asset, which is read in each
     * run: word is {@code [batch]}, line and asset are, too.
     */
    static Path vocabulary(Path directory, String... words) throws IOException {
        export(
                directory,
                tf -> {
                    Placeholder<TString> word = texts(tf);
                    Operand<TString> path =
                            tf.withName("asset_path").constant("is fed the path of the asset");
                    HashTable table = tf.hashTable(TString.class, TInt64.class);
                    InitializeTableFromTextFile fill =
                            tf.initializeTableFromTextFile(table, path, WHOLE_LINE, LINE_NUMBER);
                    VarHandleOp kept = tf.varHandleOp(TString.class, Shape.scalar());
                    AssignVariableOp keep = tf.assignVariableOp(kept, path);
                    tf.withControlDependencies(fill, keep).withName("init_all").noOp();
                    Operand<TString> asset = tf.io.readFile(tf.readVariableOp(kept, TString.class));
                    return signature()
                            .input("text", word)
                            .output("line", tf.lookupTableFind(table, word, tf.constant(-1L)))
                            .output("asset", tf.fill(tf.shape(word), asset));
                });
        Files.createDirectories(directory.resolve("assets"));
        Files.write(directory.resolve("assets").resolve(ASSET), List.of(words));
        return TestingSavedModels.editGraph(
                directory,
                graph -> {
                    graph.addAssetFileDef(
                            AssetFileDef.newBuilder()
                                    .setFilename(ASSET)
                                    .setTensorInfo(tensor("asset_path:0")));
                    graph.putSignatureDef(
                            INIT,
                            SignatureDef.newBuilder().putOutputs(INIT, tensor("init_all")).build());
                });
    }

    private static TensorInfo tensor(String name) {
        return TensorInfo.newBuilder().setName(name).build();
    }

    private static Placeholder<TString> texts(Ops tf) {
        return placeholder(tf, "text", TString.class, Shape.of(-1));
    }

    private static Operand<TString> read(Ops tf, Operand<TString> names, int column) {
        Operand<TString> name =
                tf.slice(names, tf.constant(new int[] {0, column}), tf.constant(new int[] {1, 1}));
        return tf.io.readFile(tf.reshape(name, tf.constant(new int[0])));
    }
}
