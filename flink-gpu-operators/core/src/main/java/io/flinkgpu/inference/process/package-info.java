/**
 * What a process keeps for longer than a job: shared values that linger, and daemon threads.
 *
 * <p>{@link io.flinkgpu.inference.process.Lingering} holds values for all their users, {@link
 * io.flinkgpu.inference.process.DaemonThreads} makes every thread that outlives a job, {@link
 * io.flinkgpu.inference.process.Causes} tells why a future failed, and {@link
 * io.flinkgpu.inference.process.ProcessMemory} what the process holds. Imports the JDK alone.
 */
package io.flinkgpu.inference.process;
