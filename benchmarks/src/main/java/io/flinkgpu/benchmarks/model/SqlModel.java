package io.flinkgpu.benchmarks.model;

import java.nio.file.Path;
import org.apache.flink.annotation.Internal;

/**
 * A SavedModel of arrays of floats whose tensors have names in capitals, because Flink's function
 * for Triton servers asks for no others: input {@value #INPUT}, output {@value #OUTPUT}, float32
 * {@code [batch, 10]}.
 *
 * @param name what reports call it
 * @param directory of the SavedModel
 * @param elements floats of one row
 * @param batchSize rows that one batches
 */
@Internal
public record SqlModel(String name, String directory, int elements, int batchSize) {

    /** Name of the input. */
    public static final String INPUT = "FEATURES";

    /** Name of the output. */
    public static final String OUTPUT = "SCORES";

    private static final int[] WIDTHS = {128, 128, 64, 10};
    private static final long SEED = 1;

    /** The MLP of rows of 128 floats, exported below a scratch directory. */
    public static SqlModel floats(Path scratch, int batchSize) {
        Path directory = scratch.resolve("floats");
        DenseModel.exportOnOneThread(directory, SEED, INPUT, OUTPUT, WIDTHS);
        return new SqlModel("mlp", directory.toString(), WIDTHS[0], batchSize);
    }

    /** The network of images of 112 x 112 x 3 floats, exported below a scratch directory. */
    public static SqlModel images(Path scratch, int batchSize) {
        Path directory = scratch.resolve("images");
        ConvModel.exportOfFloatsOnOneThread(directory, INPUT, OUTPUT);
        return new SqlModel(
                "conv",
                directory.toString(),
                ConvModel.FLOAT_SIDE * ConvModel.FLOAT_SIDE * ConvModel.CHANNELS,
                batchSize);
    }
}
