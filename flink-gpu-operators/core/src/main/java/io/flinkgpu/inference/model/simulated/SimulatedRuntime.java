package io.flinkgpu.inference.model.simulated;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.RuntimeFeature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.annotation.Internal;

/** Loads {@link SimulatedModel}s: echoes that take time and fail by script. */
@Internal
public final class SimulatedRuntime implements ModelRuntime {

    private static final String ONLY_ECHOES =
            "A simulated model answers each row with the row itself.";

    @Override
    public String name() {
        return SimulatedModel.RUNTIME;
    }

    @Override
    public Map<RuntimeFeature, String> unsupported() {
        return Map.of(
                RuntimeFeature.COMPUTATION, ONLY_ECHOES,
                RuntimeFeature.SEVERAL_TENSORS, ONLY_ECHOES,
                RuntimeFeature.UNKNOWN_RANK,
                        "A row has a rank. Leave the lengths of its axes open.",
                RuntimeFeature.FIXED_BATCH, "A simulated model takes any batch.",
                RuntimeFeature.NUMBERED_VERSIONS,
                        "A simulated model lies in no directory. Give each version a name.");
    }

    @Override
    public LoadedModel load(ModelRef ref, ModelDevice device) throws ModelLoadException {
        SimulatedModel model = SimulatedModel.from(ref);
        long memory = model.memory().getBytes();
        long available =
                device.memoryCapBytes() > 0 ? device.memoryCapBytes() : device.memoryBytes();
        if (available > 0 && memory > available) {
            throw new ModelLoadException(
                    "Cannot load simulated model '%s' on %s: it takes %d bytes of %d."
                            .formatted(model.name(), device, memory, available));
        }
        Stopwatch.start().parkUntil(model.load());
        if (model.failsToLoad()) {
            throw new ModelLoadException(
                    "Cannot load simulated model '" + model.name() + "': it is told to fail.");
        }
        return new Loaded(model);
    }

    private static final class Loaded implements LoadedModel {
        private final SimulatedModel model;
        private final ModelSignature signature;
        private final AtomicInteger runs = new AtomicInteger();

        private Loaded(SimulatedModel model) {
            this.model = model;
            Shape shape = model.rowShape().withLeadingAxis(Shape.UNKNOWN);
            this.signature =
                    new ModelSignature(
                            ModelRef.DEFAULT_SIGNATURE,
                            List.of(new TensorSpec("input", model.dataType(), shape)),
                            List.of(new TensorSpec("output", model.dataType(), shape)));
        }

        @Override
        public ModelSignature signature() {
            return signature;
        }

        @Override
        public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
            int run = runs.incrementAndGet();
            int rows = parts.stream().mapToInt(TensorBatch::rows).sum();
            Stopwatch.start().parkUntil(model.base().plus(model.perRow().multipliedBy(rows)));
            if (model.failingRuns().contains(run)) {
                throw new ModelRunException(
                        "Cannot run simulated model '%s': run %d is told to fail."
                                .formatted(model.name(), run));
            }
            List<Tensor> inputs = parts.stream().map(TensorBatch::onlyTensor).toList();
            return TensorBatch.of(
                    "output", Tensor.concatenate(inputs, DirectBufferPool.ofProcess()));
        }

        @Override
        public ModelDescription description() {
            return new ModelDescription(
                    SimulatedModel.RUNTIME,
                    Map.of(
                            "base", model.base().toString(),
                            "per_row", model.perRow().toString()));
        }

        @Override
        public long memoryBytes() {
            return model.memory().getBytes();
        }

        @Override
        public void close() {}
    }
}
