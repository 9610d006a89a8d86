package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.benchmarks.load.LoadRun;
import org.apache.flink.annotation.Internal;

/** What is done to a load while it runs. */
@Internal
public interface Disturbance {

    /** Called once all tasks run, before the load is left alone. */
    default void prepare(LoadRun run) throws Exception {}

    /** Called in the middle of the steady load; returns when everything is done. */
    void apply(LoadRun run) throws Exception;
}
