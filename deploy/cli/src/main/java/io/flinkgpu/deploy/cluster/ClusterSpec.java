package io.flinkgpu.deploy.cluster;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * How to start a local cluster.
 *
 * @param shape which task managers it has
 * @param restPort the port of the web UI and REST API on the loopback interface; 0 takes a free one
 * @param overrides Flink options for every process, which win over all others
 * @param startTimeout how long the task managers may take to register
 */
@Internal
public record ClusterSpec(
        Distribution distribution,
        ClusterShape shape,
        int restPort,
        GpuDevices devices,
        Map<String, String> overrides,
        Duration startTimeout,
        Map<String, String> environment) {

    /** How many seconds the task managers may take to register unless another limit is chosen. */
    public static final int DEFAULT_START_SECONDS = 90;

    /**
     * Checks the port.
     *
     * @throws IllegalArgumentException if the port is outside of 0 to 65535
     */
    public ClusterSpec {
        if (restPort < 0 || restPort > 65535) {
            throw new IllegalArgumentException(
                    "Invalid port: %d. It must be 0 (any free port) to 65535.".formatted(restPort));
        }
        overrides = Map.copyOf(overrides);
        environment = Map.copyOf(environment);
    }

    /** A cluster of the kind mixed with the defaults of {@link #of(Distribution, ClusterShape)}. */
    public static ClusterSpec of(Distribution distribution) {
        return of(distribution, ClusterShape.mixed());
    }

    /** The defaults: the kind's port, this machine's devices, 90 s to start. */
    public static ClusterSpec of(Distribution distribution, ClusterShape shape) {
        return new ClusterSpec(
                distribution,
                shape,
                shape.kind().defaultRestPort(),
                GpuDevices.detect(),
                Map.of(),
                Duration.ofSeconds(DEFAULT_START_SECONDS),
                Map.of());
    }

    /** The same with another shape; its port stays. */
    public ClusterSpec withShape(ClusterShape other) {
        return new ClusterSpec(
                distribution, other, restPort, devices, overrides, startTimeout, environment);
    }

    /** The same with another port; 0 takes a free one. */
    public ClusterSpec withRestPort(int port) {
        return new ClusterSpec(
                distribution, shape, port, devices, overrides, startTimeout, environment);
    }

    /** The same with these devices. */
    public ClusterSpec withDevices(GpuDevices gpuDevices) {
        return new ClusterSpec(
                distribution, shape, restPort, gpuDevices, overrides, startTimeout, environment);
    }

    /** The same with these overrides in place of the former. */
    public ClusterSpec withOverrides(Map<String, String> options) {
        return new ClusterSpec(
                distribution, shape, restPort, devices, options, startTimeout, environment);
    }

    /** The same with another time limit for the start. */
    public ClusterSpec withStartTimeout(Duration timeout) {
        return new ClusterSpec(
                distribution, shape, restPort, devices, overrides, timeout, environment);
    }

    /** The same with these environment variables in place of the former. */
    public ClusterSpec withEnvironment(Map<String, String> variables) {
        return new ClusterSpec(
                distribution, shape, restPort, devices, overrides, startTimeout, variables);
    }
}
