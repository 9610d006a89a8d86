/**
 * What is seen of a run while it goes on and when it is over: its {@link
 * io.flinkgpu.deploy.observe.Progress}, where its stages sit ({@link
 * io.flinkgpu.deploy.observe.StagePlacement}), how long its checkpoints take, and what the replicas
 * of its pool do ({@link io.flinkgpu.deploy.observe.ReplicaWatch}).
 *
 * <p>Reads alone. May import the packages of runs and of the REST API, and the floors below.
 */
package io.flinkgpu.deploy.observe;
