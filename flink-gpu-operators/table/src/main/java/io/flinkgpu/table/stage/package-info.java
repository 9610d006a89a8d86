/**
 * The table connector {@code flink-gpu-inference}: a table of another connector with the inference
 * operator in front of it or behind it.
 *
 * <pre>{@code
 * CREATE TABLE scored (id BIGINT, pixels ARRAY<FLOAT>, label BIGINT) WITH (
 *   'connector' = 'flink-gpu-inference', 'inputs' = 'pixels', 'outputs' = 'label',
 *   'model.location' = '/models/digits', 'model.output.label' = 'classes',
 *   'table.connector' = 'filesystem', 'table.path' = '/data/scored', 'table.format' = 'json');
 * INSERT INTO scored (id, pixels) SELECT id, pixels FROM images;
 * }</pre>
 *
 * <p>{@link io.flinkgpu.table.stage.InferenceTableFactory} reads the options; {@code
 * InferenceStage} puts the operator into the stream. May use {@code table.model} and {@code
 * table.type}.
 */
package io.flinkgpu.table.stage;
