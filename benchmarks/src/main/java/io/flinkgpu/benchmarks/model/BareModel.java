package io.flinkgpu.benchmarks.model;

import io.flinkgpu.inference.model.ModelRef;
import org.apache.flink.annotation.Internal;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;

/**
 * A SavedModel called by hand, as well as it can be done: the peer of the benchmarks.
 *
 * <p>One input tensor is filled again and again, only the scores are fetched, and the session has
 * the same threads as ours: operations start in the caller's thread. One thread at a time.
 */
@Internal
public final class BareModel implements AutoCloseable {

    /**
     * Runs the graph in the thread that calls {@code run} (tensorflow/core/protobuf/config.proto).
     */
    private static final int IN_CALLERS_THREAD = -1;

    private final SavedModelBundle bundle;
    private final String inputNode;
    private final String scoresNode;
    private final int batchSize;
    private final TFloat32 input;
    private final FloatDataBuffer inputValues;
    private float[] scores = new float[0];

    private BareModel(SavedModelBundle bundle, BenchModel model, int batchSize) {
        SignatureDef signature =
                bundle.metaGraphDef().getSignatureDefOrThrow(ModelRef.DEFAULT_SIGNATURE);
        TensorInfo inputInfo = signature.getInputsMap().values().iterator().next();
        this.bundle = bundle;
        this.inputNode = inputInfo.getName();
        this.scoresNode = signature.getOutputsOrThrow(model.scores()).getName();
        this.batchSize = batchSize;
        this.input = TFloat32.tensorOf(shape(inputInfo, batchSize));
        this.inputValues = input.asRawTensor().data().asFloats();
    }

    /** Loads a model for batches of one size. */
    public static BareModel load(BenchModel model, int batchSize) {
        SavedModelBundle bundle =
                SavedModelBundle.loader(model.directory())
                        .withTags("serve")
                        .withConfigProto(sessionConfig(model))
                        .load();
        return new BareModel(bundle, model, batchSize);
    }

    /** How many rows a run takes. */
    public int batchSize() {
        return batchSize;
    }

    /** Writes one row of the next batch. */
    public void fill(int position, float[] row) {
        inputValues.offset((long) position * row.length).write(row);
    }

    /**
     * Runs the batch that {@link #fill} wrote.
     *
     * @return the best class of each row, valid until the next call
     */
    public int[] run() {
        Session.Runner runner = bundle.session().runner().feed(inputNode, input).fetch(scoresNode);
        try (Result result = runner.run()) {
            TFloat32 output = (TFloat32) result.get(0);
            int size = Math.toIntExact(output.size());
            if (scores.length != size) {
                scores = new float[size];
            }
            output.asRawTensor().data().asFloats().read(scores);
        }
        return bestClasses();
    }

    /** Runs once with one row and once with a whole batch of zeros, as the model host does. */
    public void warmUp() {
        try (TFloat32 row = TFloat32.tensorOf(singleRow())) {
            row.asRawTensor().data().asFloats().write(new float[Math.toIntExact(row.size())]);
            bundle.session().runner().feed(inputNode, row).fetch(scoresNode).run().close();
        }
        inputValues.write(new float[Math.toIntExact(input.size())]);
        int[] unused = run();
    }

    @Override
    public void close() {
        input.close();
        bundle.close();
    }

    private int[] bestClasses() {
        int classes = scores.length / batchSize;
        int[] best = new int[batchSize];
        for (int i = 0; i < batchSize; i++) {
            best[i] = BestClass.of(scores, i * classes, classes);
        }
        return best;
    }

    private Shape singleRow() {
        long[] lengths = input.shape().asArray().clone();
        lengths[0] = 1;
        return Shape.of(lengths);
    }

    private static ConfigProto sessionConfig(BenchModel model) {
        return ConfigProto.newBuilder()
                .setInterOpParallelismThreads(IN_CALLERS_THREAD)
                .setIntraOpParallelismThreads(model.threads())
                .putDeviceCount("GPU", 0)
                .build();
    }

    private static Shape shape(TensorInfo info, int batchSize) {
        long[] lengths =
                info.getTensorShape().getDimList().stream()
                        .mapToLong(dim -> dim.getSize())
                        .toArray();
        lengths[0] = batchSize;
        return Shape.of(lengths);
    }
}
