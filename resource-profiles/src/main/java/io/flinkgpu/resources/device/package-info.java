/**
 * Which devices a process has: their description, their discovery, and the GPU driver plugin of
 * Flink's external-resource framework.
 *
 * <p>The plugin runs in a class loader of its own, so that this package imports flink-core, slf4j
 * and {@link io.flinkgpu.resources} alone, and devices cross to jobs as string properties ({@link
 * io.flinkgpu.resources.device.GpuDevice#from}).
 */
package io.flinkgpu.resources.device;
