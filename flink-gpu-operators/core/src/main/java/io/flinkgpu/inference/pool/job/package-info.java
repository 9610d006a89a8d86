/**
 * The job that is a pool: subtasks that hold leases on the servers of their task managers, and the
 * coordinator that is the pool's registry.
 *
 * <p>Each subtask reports its replica to the coordinator, which answers questions about the members
 * over the job manager's REST API. May import the server, the pool's vocabulary and Flink's
 * runtime.
 */
package io.flinkgpu.inference.pool.job;
