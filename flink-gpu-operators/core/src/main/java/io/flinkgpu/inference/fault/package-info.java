/**
 * The policies that decide what happens after a fault.
 *
 * <p>The class of a failure ({@link io.flinkgpu.inference.fault.ErrorClass}), whether an attempt
 * may be repeated and when ({@link io.flinkgpu.inference.fault.RetryBudget}, {@link
 * io.flinkgpu.inference.fault.Backoff}), until when an answer is of use ({@link
 * io.flinkgpu.inference.fault.Deadline}), which replicas rest ({@link
 * io.flinkgpu.inference.fault.OutlierEjection}, {@link
 * io.flinkgpu.inference.fault.SuccessRateOutliers}), when a second one is asked ({@link
 * io.flinkgpu.inference.fault.HedgePolicy}), which devices are blocked ({@link
 * io.flinkgpu.inference.fault.DeviceStrikes}), and how large batches may be that a device has the
 * memory for ({@link io.flinkgpu.inference.fault.BatchSizeLimit}). Pure classes: they import the
 * JDK alone, do no I/O, start no threads, and are told the time.
 */
package io.flinkgpu.inference.fault;
