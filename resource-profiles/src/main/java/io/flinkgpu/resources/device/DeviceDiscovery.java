package io.flinkgpu.resources.device;

import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/** A way to find the devices of this process. */
@PublicEvolving
public interface DeviceDiscovery {

    /**
     * Returns the devices, numbered from 0 in the order in which the process sees them; empty if
     * there are none.
     *
     * @throws DeviceDiscoveryException if it cannot tell which devices there are
     */
    List<GpuDevice> discover();
}
