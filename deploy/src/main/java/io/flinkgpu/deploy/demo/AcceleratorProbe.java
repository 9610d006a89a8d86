package io.flinkgpu.deploy.demo;

import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.util.stream.Stream;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Passes rows on and notes the names of its task manager's devices, in an accumulator.
 *
 * <p>Chained behind inference, so that it looks where the model runs. The devices are those that Flink
 * hands to the task, or that the process has registered by itself where Flink hands out none.
 */
final class AcceleratorProbe<T> extends RichMapFunction<T, T> {

    private final String accumulator;

    /**
     * Notes under a name.
     *
     * @param accumulator the accumulator's, a list of strings
     */
    AcceleratorProbe(String accumulator) {
        this.accumulator = accumulator;
    }

    @Override
    public void open(OpenContext context) {
        ListAccumulator<String> names = new ListAccumulator<>();
        Stream.concat(devicesOfTask(), DeviceLeaseTable.ofProcess().devices().stream())
                .map(GpuDevice::name)
                .distinct()
                .forEach(names::add);
        getRuntimeContext().addAccumulator(accumulator, names);
    }

    @Override
    public T map(T row) {
        return row;
    }

    private Stream<GpuDevice> devicesOfTask() {
        return getRuntimeContext().getExternalResourceInfos(StageProfile.GPU_RESOURCE).stream()
                .map(GpuDevice::from);
    }
}
