/**
 * A small typed client of Flink's REST API: cluster overview, task managers, jobs, placement,
 * checkpoint statistics, metrics.
 *
 * <p>It speaks to a local cluster, a MiniCluster or any other Flink 2.3 and needs the JDK's HTTP
 * client and Jackson alone. Every field read here is required: when Flink renames one, the call
 * fails and says which.
 */
package io.flinkgpu.deploy.rest;
