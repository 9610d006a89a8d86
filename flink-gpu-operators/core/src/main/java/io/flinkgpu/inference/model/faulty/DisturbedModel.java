package io.flinkgpu.inference.model.faulty;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A loaded model whose runs are slow, hang or fail as files say. Safe for use by many threads. */
final class DisturbedModel implements LoadedModel {

    private final LoadedModel model;
    private final FaultInjection injection;
    private final ModelDevice device;
    private final Path faults;
    private final AtomicLong runs = new AtomicLong();

    DisturbedModel(LoadedModel model, FaultInjection injection, ModelDevice device) {
        this.model = model;
        this.injection = injection;
        this.device = device;
        this.faults = Path.of(injection.faults());
    }

    @Override
    public ModelSignature signature() {
        return model.signature();
    }

    @Override
    public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        DeviceFaults disturbance = disturbance();
        Stopwatch.start().parkUntil(disturbance.hang());
        failIfDue(disturbance);
        refusePoison(parts);
        Stopwatch run = Stopwatch.start();
        TensorBatch outputs = model.run(parts);
        double extra = (disturbance.slowFactor() - 1) * run.nanos();
        Stopwatch.start().parkUntil(Duration.ofNanos((long) extra));
        return outputs;
    }

    @Override
    public ModelDescription description() {
        return model.description();
    }

    // Not endRuns(Duration): nobody but the host sees to the end of a hang that is injected here.
    @Override
    public int runsAtOnce() {
        return model.runsAtOnce();
    }

    @Override
    public long memoryBytes() {
        return model.memoryBytes();
    }

    @Override
    public void close() {
        model.close();
    }

    private DeviceFaults disturbance() throws ModelRunException {
        try {
            return DeviceFaults.of(faults, device);
        } catch (IOException e) {
            throw new ModelRunException("Cannot read faults from '" + faults + "': " + e, e);
        }
    }

    /** Spreads failures evenly over the runs, the same ones each time. */
    private void failIfDue(DeviceFaults disturbance) throws ModelRunException {
        long run = runs.getAndIncrement();
        double share = disturbance.failingShare();
        if (Math.floor((run + 1) * share) > Math.floor(run * share)) {
            throw new ModelRunException(disturbance.failure()).classified(disturbance.errorClass());
        }
    }

    private void refusePoison(List<TensorBatch> parts) throws ModelRunException {
        for (TensorBatch part : parts) {
            Tensor first = part.tensors().values().iterator().next();
            if (injection.poisonShare() > 0 && holdsPoison(first)) {
                Stopwatch.start().parkUntil(injection.poisonHang());
                throw new ModelRunException("Cannot run model: a row of the batch is poison.");
            }
        }
    }

    private boolean holdsPoison(Tensor tensor) {
        if (tensor.dataType() == DataType.BYTES) {
            for (String text : tensor.toStrings()) {
                if (text.startsWith(FaultInjection.POISON_TEXT)) {
                    return true;
                }
            }
            return false;
        }
        int rows = (int) tensor.shape().length(0);
        int rowBytes = rows == 0 ? 0 : tensor.byteSize() / rows;
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            float value = data.getFloat(data.position() + row * rowBytes);
            if (value > 0 && value < injection.poisonShare()) {
                return true;
            }
        }
        return false;
    }
}
