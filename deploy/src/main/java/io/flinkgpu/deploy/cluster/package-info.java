/**
 * The local cluster: one job manager, one CPU task manager and GPU task managers, each a process of
 * its own that runs from the assembled distribution.
 *
 * <p>{@link io.flinkgpu.deploy.cluster.LocalCluster} starts, finds and stops it; what is running is
 * written to a state file in the cluster's directory, so that a later command of the same user
 * finds it. {@link io.flinkgpu.deploy.cluster.ProfileFit} tells early what no task manager can
 * hold. Nothing here runs jobs.
 */
package io.flinkgpu.deploy.cluster;
