package io.flinkgpu.inference.health;

import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.core.plugin.Plugin;

/**
 * Creates the {@link FailureDetector} of a process; found in Flink's {@code plugins/} directory and
 * with {@link java.util.ServiceLoader}.
 *
 * <p>A plugin's jar names its factory in {@code
 * META-INF/services/io.flinkgpu.inference.health.FailureDetectorFactory}. Flink gives plugins a
 * class loader of their own: add {@code io.flinkgpu.} to {@code
 * plugin.classloader.parent-first-patterns.additional}.
 */
@PublicEvolving
public interface FailureDetectorFactory extends Plugin {

    /**
     * By which events, metrics and {@code detector.disabled} name it, such as {@code gpu-health}.
     */
    String name();

    /**
     * The detector of this process; empty if there is nothing to look at, such as without a GPU.
     *
     * @throws org.apache.flink.configuration.IllegalConfigurationException if an option of it is
     *     invalid
     */
    Optional<FailureDetector> create(DetectorContext context);
}
