package io.flinkgpu.benchmarks.model;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensorflow.TensorFlowRuntime;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.flink.annotation.Internal;

/**
 * A SavedModel with one float32 input {@code [batch, ...]} and scores per class.
 *
 * @param name what reports call it
 * @param directory of the SavedModel
 * @param rowFloats elements of one row
 * @param scores name of the output with the scores, float32 {@code [batch, classes]}
 * @param threads that one of its operations may use, 0 for all cores
 */
@Internal
public record BenchModel(String name, String directory, int rowFloats, String scores, int threads)
        implements Serializable {

    public static final String CNN = "cnn";
    public static final String MLP = "mlp";

    private static final int ALL_CORES = 0;
    private static final int CNN_SIDE = 32;
    private static final int[] MLP_WIDTHS = {128, 128, 64, 10};
    private static final long SEED = 1;

    /**
     * The convolutional network of the digits example: rows {@code [32, 32, 1]}.
     *
     * @throws IllegalArgumentException if the directory holds no SavedModel
     */
    public static BenchModel cnn(Path directory) {
        if (!Files.isReadable(directory.resolve("saved_model.pb"))) {
            throw new IllegalArgumentException(
                    "Cannot load model '%s': the directory holds no readable saved_model.pb. Give the directory of the digits model with --model."
                            .formatted(directory));
        }
        return new BenchModel(
                CNN,
                directory.toAbsolutePath().normalize().toString(),
                CNN_SIDE * CNN_SIDE,
                "probabilities",
                ALL_CORES);
    }

    /** A tiny network of rows {@code [128]}, exported below a scratch directory. */
    public static BenchModel mlp(Path scratch) {
        return dense(MLP, scratch, MLP_WIDTHS);
    }

    /**
     * A dense network with seeded random weights, exported below a scratch directory.
     *
     * @param widths floats of a row, of each hidden layer and of the scores
     */
    public static BenchModel dense(String name, Path scratch, int... widths) {
        Path directory = scratch.resolve(name);
        DenseModel.export(directory, SEED, widths);
        return new BenchModel(name, directory.toString(), widths[0], DenseModel.OUTPUT, ALL_CORES);
    }

    /** Bytes of the weights of a dense network. */
    public static long denseBytes(int... widths) {
        long bytes = 0;
        for (int i = 1; i < widths.length; i++) {
            bytes += (long) widths[i - 1] * widths[i] * Float.BYTES;
        }
        return bytes;
    }

    /** This model with so many threads for an operation. */
    public BenchModel withThreads(int newThreads) {
        return new BenchModel(name, directory, rowFloats, scores, newThreads);
    }

    /** The model as a pipeline names it. */
    public ModelRef reference() {
        return ModelRef.savedModel(directory)
                .withOption(TensorFlowRuntime.INTRA_OP_THREADS, String.valueOf(threads));
    }

    /** What reports say of {@link #threads}. */
    public String threadsText() {
        return threads == ALL_CORES ? "all cores" : String.valueOf(threads);
    }

    /** Decoded rows as a job would have them in memory: seeded values in {@code [0, 1)}. */
    public float[][] rows(int count) {
        Random random = new Random(SEED);
        float[][] rows = new float[count][rowFloats];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextFloat();
            }
        }
        return rows;
    }
}
