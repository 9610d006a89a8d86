package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.model.BenchModel;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.annotation.Internal;

/**
 * Where a scenario gets its model from.
 *
 * @param name what reports call the model
 * @param factory gives the model; may export it below the scratch directory that it is called with
 */
@Internal
public record ModelSource(String name, Function<Path, BenchModel> factory) {

    /** The network of the digits example; its directory is asked for when it is needed. */
    public static ModelSource cnn(Supplier<Path> directory) {
        return new ModelSource(BenchModel.CNN, scratch -> BenchModel.cnn(directory.get()));
    }

    /** A tiny network of rows of 128 floats. */
    public static ModelSource mlp() {
        return new ModelSource(BenchModel.MLP, BenchModel::mlp);
    }

    /** The model with so many threads for one of its operations, 0 for all cores. */
    public ModelSource withThreads(int threads) {
        return new ModelSource(name, scratch -> factory.apply(scratch).withThreads(threads));
    }

    BenchModel provide(Path scratch) {
        return factory.apply(scratch);
    }
}
