package io.flinkgpu.inference.health;

import io.flinkgpu.resources.device.GpuDevice;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What a detector is told about its process.
 *
 * @param options of the process and the job
 * @param devices those of the process as they are known by now; any thread
 * @param nanoClock such as {@link System#nanoTime()}
 */
@PublicEvolving
public record DetectorContext(
        ReadableConfig options, Supplier<List<GpuDevice>> devices, LongSupplier nanoClock) {}
