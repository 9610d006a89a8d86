/**
 * Local clusters: one job manager and CPU or GPU task managers as the {@link
 * io.flinkgpu.deploy.cluster.ClusterKind} says, each a process of its own that runs from the
 * assembled distribution.
 *
 * <p>{@link io.flinkgpu.deploy.cluster.LocalCluster} starts, finds, repairs and stops one; what is
 * running is written to a state file in the cluster's directory, so that a later command of the
 * same user finds it. {@link io.flinkgpu.deploy.cluster.ClusterSet} holds clusters that end with
 * their owner. {@link io.flinkgpu.deploy.cluster.ProfileFit} tells early what no task manager can
 * hold.
 */
package io.flinkgpu.deploy.cluster;
