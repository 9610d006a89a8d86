/**
 * A continuous load for clusters: a replayable source at a given rate, inference, and files that
 * are written exactly once.
 *
 * <p>{@link io.flinkgpu.deploy.load.LoadSpec} describes one run, {@link
 * io.flinkgpu.deploy.load.LoadPipeline} is its job graph, {@link io.flinkgpu.deploy.load.LoadRun}
 * follows it on a Flink, and {@link io.flinkgpu.deploy.load.LoadResult} says from the committed
 * files alone what was lost, doubled or answered wrongly, and how long the output paused.
 *
 * <p>May use the cluster and REST packages; nothing here starts or kills a process.
 */
package io.flinkgpu.deploy.load;
