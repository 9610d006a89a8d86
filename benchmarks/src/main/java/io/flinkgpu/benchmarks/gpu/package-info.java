/**
 * The check of a real GPU: {@code ./flink-gpu gpu-check}.
 *
 * <p>A {@link io.flinkgpu.benchmarks.gpu.GpuCheckCommand} runs one {@code Check} after the other on
 * the devices of this machine, from their discovery to a job that feeds a PyTorch model, and writes
 * what it saw into a {@code GpuCheckReport}. It needs Python with PyTorch and no TensorFlow, so
 * that it runs on bare machines from a bundle.
 */
package io.flinkgpu.benchmarks.gpu;
