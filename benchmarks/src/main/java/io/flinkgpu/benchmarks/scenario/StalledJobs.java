package io.flinkgpu.benchmarks.scenario;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Two endless jobs whose inference stalls, to be compared.
 *
 * <p>Each is defined under a name of its own, by which {@link
 * io.flinkgpu.benchmarks.flink.Arrivals} counts its rows.
 */
interface StalledJobs {

    /** Most rows in flight, and in a batch. */
    int CAPACITY = 16;

    /**
     * Defines our job.
     *
     * @param stall how long a batch takes
     * @return whether all its in-flight places are taken, so far as its rows tell; for one thread
     */
    BooleanSupplier defineOurs(StreamExecutionEnvironment environment, String name, Duration stall);

    /**
     * Defines the job that ours is compared with.
     *
     * @param stall how long a batch or a call takes
     * @return as of ours
     */
    BooleanSupplier definePeers(
            StreamExecutionEnvironment environment, String name, Duration stall);

    /** What a report says of the two. */
    Map<String, Object> settings();
}
