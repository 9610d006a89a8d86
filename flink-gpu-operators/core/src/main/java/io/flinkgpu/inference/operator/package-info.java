/**
 * The Flink operator that drives inference.
 *
 * <p>{@link io.flinkgpu.inference.operator.InferenceOperator} takes a row into its {@link
 * io.flinkgpu.inference.operator.InFlightQueue}, which is its state; the {@link
 * io.flinkgpu.inference.operator.BatchRunner} packs rows into batches, a {@link
 * io.flinkgpu.inference.model.ModelClient} runs them, and results leave through the queue in the
 * order that the output mode asks for. Everything runs in the task's mailbox thread.
 *
 * <p>{@link io.flinkgpu.inference.operator.RowInference} does the same for functions, which have no
 * mailbox, in a thread of its own:
 *
 * <pre>{@code
 * try (RowInference<Image, Label> inference = RowInference.open(spec, context)) {
 *     inference.infer(image).thenAccept(label -> ...);
 * }
 * }</pre>
 *
 * <p>May import the model package and Flink's runtime.
 */
package io.flinkgpu.inference.operator;
