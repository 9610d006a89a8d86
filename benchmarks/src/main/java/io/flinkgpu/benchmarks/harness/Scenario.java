package io.flinkgpu.benchmarks.harness;

import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * A comparison of ours with a peer under one workload.
 *
 * <p>Its life, driven by {@link BenchRunner} in one thread: {@link #prepare}, then {@link #measure}
 * for each side in turn, then {@link #settings} and {@link #details}, then {@link #close}, which is
 * called also when an earlier step failed.
 */
@Internal
public interface Scenario extends AutoCloseable {

    /** What it is called, what it measures, and how often. */
    ScenarioInfo info();

    /**
     * Gets ready.
     *
     * @param scratch an empty directory, deleted after {@link #close}
     */
    void prepare(Path scratch) throws Exception;

    /**
     * Takes one measurement.
     *
     * @throws Exception if it cannot be taken; the scenario ends then
     */
    Measurement measure(Run run) throws Exception;

    /** What was held constant: sizes, numbers of rows, versions of a model. */
    Map<String, Object> settings();

    /** What explains the result; may take further measurements. */
    default Map<String, Object> details(Summary ours, Summary peer) throws Exception {
        return Map.of();
    }

    @Override
    void close() throws Exception;
}
