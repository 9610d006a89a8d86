/**
 * SQL functions that decode files: {@link io.flinkgpu.connectors.table.function.DecodeImage},
 * {@link io.flinkgpu.connectors.table.function.DecodeAudio}, and one of each that answers NULL for
 * what cannot be decoded.
 *
 * <pre>{@code
 * LOAD MODULE `flink-gpu`;
 * SELECT path, decode_image(content, 224, 224, 3) AS pixels FROM images;
 * }</pre>
 */
package io.flinkgpu.connectors.table.function;
