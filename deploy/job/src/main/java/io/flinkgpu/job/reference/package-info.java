/**
 * What people and editors read about job files, made of the same keys that the reader uses: the
 * JSON schema ({@link io.flinkgpu.job.reference.JobFileSchema}) and the reference page ({@link
 * io.flinkgpu.job.reference.JobFileReference}).
 */
package io.flinkgpu.job.reference;
