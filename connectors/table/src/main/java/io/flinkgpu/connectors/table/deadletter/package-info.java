/**
 * Dead letters as a table: the connector {@code dead-letters} ({@link
 * io.flinkgpu.connectors.table.deadletter.DeadLettersTableFactory}).
 *
 * <pre>{@code
 * CREATE TABLE failed (errorClass STRING, cause STRING, failedAt TIMESTAMP_LTZ(3), `row` STRING)
 *   WITH ('connector' = 'dead-letters', 'path' = '/out/dead-letters');
 * }</pre>
 *
 * <p>{@code LetterField} says what a line has, whoever writes or reads it.
 */
package io.flinkgpu.connectors.table.deadletter;
