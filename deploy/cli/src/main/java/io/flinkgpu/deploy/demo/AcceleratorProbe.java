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
 * <p>Chained behind inference, so that it looks where the model runs. The devices are those that
 * Flink hands to the task, or that the process has registered by itself where Flink hands out none.
 */
final class AcceleratorProbe<T> extends RichMapFunction<T, T> {

    private static final String NATIVES = "org/tensorflow/internal/c_api/";
    private static final String CPU_BUILD = NATIVES + "linux-x86_64/libtensorflow_cc.so.2";
    private static final String GPU_BUILD = NATIVES + "linux-x86_64-gpu/libtensorflow_cc.so.2";

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
                .map(AcceleratorProbe::describe)
                .distinct()
                .forEach(names::add);
        getRuntimeContext().addAccumulator(accumulator, names);
    }

    @Override
    public T map(T row) {
        return row;
    }

    /** TensorFlow's CPU build is given a GPU without complaint, and leaves it idle. */
    private static String describe(GpuDevice device) {
        boolean idle = !device.simulated() && isPresent(CPU_BUILD) && !isPresent(GPU_BUILD);
        return idle ? device.name() + " (idle: TensorFlow's CPU build)" : device.name();
    }

    private static boolean isPresent(String resource) {
        return AcceleratorProbe.class.getClassLoader().getResource(resource) != null;
    }

    private Stream<GpuDevice> devicesOfTask() {
        return getRuntimeContext().getExternalResourceInfos(StageProfile.GPU_RESOURCE).stream()
                .map(GpuDevice::from);
    }
}
