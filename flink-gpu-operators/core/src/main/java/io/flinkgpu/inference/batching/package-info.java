/**
 * How rows become batches, and how the bad rows of a batch are found.
 *
 * <p>Rows are packed into an {@link io.flinkgpu.inference.batching.OpenBatch}, which becomes a
 * {@link io.flinkgpu.inference.batching.Batch} when it is sent; how many fit may be up to an {@link
 * io.flinkgpu.inference.batching.AdaptiveBatchSize}. A {@link
 * io.flinkgpu.inference.batching.BadRowSearch} cuts a batch that failed into parts until its bad
 * rows stand alone. Pure and single-threaded: no mailbox, no model, no thread of its own. May
 * import the tensor and fault packages.
 */
package io.flinkgpu.inference.batching;
