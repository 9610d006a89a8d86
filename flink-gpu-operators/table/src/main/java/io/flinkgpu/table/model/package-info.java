/**
 * Models in SQL: {@code CREATE MODEL} with the provider {@code flink-gpu}, run by {@code
 * ML_PREDICT}.
 *
 * <pre>{@code
 * CREATE MODEL digits INPUT (pixels ARRAY<FLOAT>) OUTPUT (classes BIGINT)
 *   WITH ('provider' = 'flink-gpu', 'location' = '/models/digits');
 * SELECT classes FROM ML_PREDICT(TABLE images, MODEL digits, DESCRIPTOR(pixels));
 * }</pre>
 *
 * <p>{@link io.flinkgpu.table.model.TableModelConfig} reads the options, {@link
 * io.flinkgpu.table.model.ModelLook} sees the model, {@link io.flinkgpu.table.model.BoundModel}
 * binds its tensors to columns, and {@link io.flinkgpu.table.model.Prediction} runs it for a
 * function. Knows the inference API, column types, and Flink's table API alone.
 */
package io.flinkgpu.table.model;
