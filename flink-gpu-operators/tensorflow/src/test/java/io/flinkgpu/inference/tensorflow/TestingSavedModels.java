package io.flinkgpu.inference.tensorflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Small SavedModels, exported into a directory of the test's. */
public final class TestingSavedModels {

    private TestingSavedModels() {}

    /** {@code y = 2 x + 1}; x and y are {@code [batch, 3]} float32, the 2 and the 1 variables. */
    static Path linear(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    Operand<TFloat32> y =
                            tf.math.add(
                                    tf.math.mul(x, variable(tf, "slope", Shape.scalar(), 2f)),
                                    variable(tf, "offset", Shape.scalar(), 1f));
                    return signature().input("x", x).output("y", y);
                });
    }

    /** The input itself, {@code [batch, 3]} float32. */
    static Path identity(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature().input("x", x).output("y", tf.identity(x));
                });
    }

    /** The fed tensor itself as output, {@code [batch, 3]} float32. */
    static Path fedTensor(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature().input("x", x).output("y", x);
                });
    }

    /**
     * {@code sum = a + b}, {@code [batch, 2]} float32, and {@code scaled = a * weight}, where
     * weight is {@code [batch]} float64 and scaled {@code [batch, 2]} float64.
     */
    static Path severalInputsAndOutputs(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> a = floats(tf, "in_a", Shape.of(-1, 2));
                    Placeholder<TFloat32> b = floats(tf, "in_b", Shape.of(-1, 2));
                    Placeholder<TFloat64> weight =
                            placeholder(tf, "in_weight", TFloat64.class, Shape.of(-1));
                    Operand<TFloat64> scaled =
                            tf.math.mul(
                                    tf.dtypes.cast(a, TFloat64.class),
                                    tf.expandDims(weight, tf.constant(1)));
                    return signature()
                            .input("b", b)
                            .input("weight", weight)
                            .input("a", a)
                            .output("sum", tf.math.add(a, b))
                            .output("scaled", scaled);
                });
    }

    /** Strings {@code [batch, 2]}: {@code upper}, and {@code length} in bytes as int32. */
    static Path strings(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TString> text =
                            placeholder(tf, "text", TString.class, Shape.of(-1, 2));
                    return signature()
                            .input("text", text)
                            .output("upper", tf.strings.upper(text))
                            .output("length", tf.strings.stringLength(text));
                });
    }

    /** {@code y = x * x}, {@code [batch]} int64. */
    static Path squares(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TInt64> x = placeholder(tf, "x", TInt64.class, Shape.of(-1));
                    return signature().input("x", x).output("y", tf.math.mul(x, x));
                });
    }

    /** {@code y = 100 / x}, {@code [batch]} int32: fails where x is 0. */
    static Path division(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TInt32> x = placeholder(tf, "x", TInt32.class, Shape.of(-1));
                    return signature().input("x", x).output("y", tf.math.div(tf.constant(100), x));
                });
    }

    /** uint8 pixels {@code [batch, 2, 2]} as float32 of the same shape, halved. */
    static Path pixels(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TUint8> x =
                            placeholder(tf, "pixels", TUint8.class, Shape.of(-1, 2, 2));
                    Operand<TFloat32> halved =
                            tf.math.mul(tf.dtypes.cast(x, TFloat32.class), tf.constant(0.5f));
                    return signature().input("pixels", x).output("halved", halved);
                });
    }

    /** The sum of all rows, {@code [3]}: an output that has no batch axis, only a first axis. */
    static Path sumOfRows(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature()
                            .input("x", x)
                            .output("total", tf.reduceSum(x, tf.constant(0)));
                });
    }

    /** The sum of everything, a scalar. */
    static Path scalarOutput(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature()
                            .input("x", x)
                            .output("total", tf.reduceSum(x, tf.array(0, 1)));
                });
    }

    /** {@code y = x + x} for rows of any shape: x is {@code [batch, ?, ?]} float32. */
    static Path openRows(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, -1, -1));
                    return signature().input("x", x).output("y", tf.math.add(x, x));
                });
    }

    /** {@code y = x + x} where not even the rank of x is known. */
    static Path unknownRank(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = tf.withName("x").placeholder(TFloat32.class);
                    return signature().input("x", x).output("y", tf.math.add(x, x));
                });
    }

    /** {@code y = x + x} for exactly two rows: x is {@code [2, 3]} float32. */
    static Path fixedBatch(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(2, 3));
                    return signature().input("x", x).output("y", tf.math.add(x, x));
                });
    }

    /**
     * A multi-layer perceptron of {@code [batch, width]} float32 with one hidden layer of that
     * width and ten outputs.
     */
    public static Path perceptron(Path directory, int width) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, width));
                    Operand<TFloat32> hidden =
                            tf.nn.relu(
                                    tf.linalg.matMul(
                                            x, random(tf, "hidden", Shape.of(width, width))));
                    Operand<TFloat32> y =
                            tf.nn.softmax(
                                    tf.linalg.matMul(
                                            hidden, random(tf, "out", Shape.of(width, 10))));
                    return signature().input("x", x).output("y", y);
                });
    }

    /** {@link #identity} of a type that TensorFlow has and TensorFlow Java has not. */
    static Path identityOf(DataType type, Path directory) throws IOException {
        identity(directory);
        editSignature(
                directory,
                signature -> {
                    signature.putInputs("x", typed(type, signature.getInputsOrThrow("x")));
                    signature.putOutputs("y", typed(type, signature.getOutputsOrThrow("y")));
                });
        return editGraph(
                directory,
                graph ->
                        graph.getGraphDefBuilder().getNodeBuilderList().stream()
                                .filter(
                                        node ->
                                                node.getName().equals("x")
                                                        || node.getInputList().contains("x"))
                                .forEach(node -> make(type, node)));
    }

    /** Changes the default signature of an exported model. */
    static Path editSignature(Path directory, Consumer<SignatureDef.Builder> edit)
            throws IOException {
        return editGraph(
                directory,
                graph -> {
                    SignatureDef.Builder signature =
                            graph.getSignatureDefOrThrow(Signature.DEFAULT_KEY).toBuilder();
                    edit.accept(signature);
                    graph.putSignatureDef(Signature.DEFAULT_KEY, signature.build());
                });
    }

    static Path editGraph(Path directory, Consumer<MetaGraphDef.Builder> edit) throws IOException {
        Path file = directory.resolve("saved_model.pb");
        SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
        edit.accept(model.getMetaGraphsBuilder(0));
        Files.write(file, model.build().toByteArray());
        return directory;
    }

    /** The tensor, declared with another shape than the graph gives it. */
    static TensorInfo shaped(TensorInfo tensor, long... lengths) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long length : lengths) {
            shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(length));
        }
        return tensor.toBuilder().setTensorShape(shape).build();
    }

    private static TensorInfo typed(DataType type, TensorInfo tensor) {
        return tensor.toBuilder().setDtype(type).build();
    }

    private static void make(DataType type, NodeDef.Builder node) {
        for (String attribute : new String[] {"dtype", "T"}) {
            if (node.containsAttr(attribute)) {
                node.putAttr(attribute, AttrValue.newBuilder().setType(type).build());
            }
        }
    }

    static Path export(Path directory, Function<Ops, Signature.Builder> model) throws IOException {
        try (Graph graph = new Graph();
                Session session = new Session(graph)) {
            Ops tf = Ops.create(graph);
            Signature signature = model.apply(tf).build();
            // The exporter saves variables, and TensorFlow does not save none.
            variable(tf, "unused", Shape.scalar(), 0f);
            session.initialize();
            SavedModelBundle.exporter(directory.toString())
                    .withSession(session)
                    .withSignature(signature)
                    .export();
        }
        return directory;
    }

    static Signature.Builder signature() {
        return Signature.builder().methodName("tensorflow/serving/predict");
    }

    static Placeholder<TFloat32> floats(Ops tf, String name, Shape shape) {
        return placeholder(tf, name, TFloat32.class, shape);
    }

    static <T extends TType> Placeholder<T> placeholder(
            Ops tf, String name, Class<T> type, Shape shape) {
        return tf.withName(name).placeholder(type, Placeholder.shape(shape));
    }

    static Variable<TFloat32> variable(Ops tf, String name, Shape shape, float... values) {
        Ops init = tf.withInitScope();
        Variable<TFloat32> variable = init.withName(name).variable(shape, TFloat32.class);
        init.assign(variable, init.constant(shape, DataBuffers.of(values, true, false)));
        return variable;
    }

    private static Variable<TFloat32> random(Ops tf, String name, Shape shape) {
        Random random = new Random(7);
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / 10;
        }
        return variable(tf, name, shape, values);
    }
}
