/**
 * A continuous load for clusters: a replayable source at a given rate, inference, and files that
 * are written exactly once.
 *
 * <p>{@link io.flinkgpu.benchmarks.load.LoadSpec} describes one run, {@link
 * io.flinkgpu.benchmarks.load.LoadPipeline} is its job graph, {@link
 * io.flinkgpu.benchmarks.load.LoadRun} follows it on a Flink, and {@link
 * io.flinkgpu.benchmarks.load.LoadResult} says from the committed files alone what was lost,
 * doubled or answered wrongly, and how long the output paused.
 *
 * <p>May use the run, cluster and REST packages of deploy, and nothing else of the benchmarks.
 * Nothing here starts or kills a process.
 */
package io.flinkgpu.benchmarks.load;
