package io.flinkgpu.resources.device;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;

/**
 * Devices without hardware, for machines that have none.
 *
 * <p>Their UUIDs hold the host, the process id and the number: the same whenever this process asks,
 * different from those of any other process. Immutable and safe for any thread.
 */
@Internal
public final class SimulatedDiscovery implements DeviceDiscovery {

    /** The product name of every simulated device. */
    public static final String DEVICE_NAME = "simulated";

    private static final String OWNER = hostName() + "-" + ProcessHandle.current().pid();

    private final int count;
    private final MemorySize memory;

    /**
     * Describes the devices.
     *
     * @param count how many, at least 0
     * @param memory the memory of each, above 0
     */
    public SimulatedDiscovery(int count, MemorySize memory) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "Invalid count of simulated devices: " + count + ". It must be at least 0.");
        }
        if (memory.getBytes() == 0) {
            throw new IllegalArgumentException(
                    "Invalid memory of simulated devices: 0 bytes. It must be above 0.");
        }
        this.count = count;
        this.memory = memory;
    }

    @Override
    public List<GpuDevice> discover() {
        return IntStream.range(0, count).mapToObj(this::device).toList();
    }

    private GpuDevice device(int index) {
        String uuid = "SIMULATED-GPU-" + OWNER + "-" + index;
        return new GpuDevice(index, uuid, DEVICE_NAME, memory, "none", true);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // The process id alone still tells the processes of this machine apart.
            return "localhost";
        }
    }
}
