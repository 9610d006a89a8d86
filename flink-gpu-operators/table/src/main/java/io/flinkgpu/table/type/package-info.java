/**
 * SQL types and tensors: which pairs fit, and how values go from one to the other.
 *
 * <pre>{@code
 * ColumnEncoder pixels = ColumnEncoder.of("pixels", 0, arrayOfFloat, "x", signature.inputs().get(0));
 * ColumnDecoder label = ColumnDecoder.of("label", bigint, "classes", signature.outputs().get(0));
 * pixels.encode(row, writer);
 * Object value = label.decode(answer); // in Flink's internal data structures
 * }</pre>
 *
 * <p>Nothing is changed on the way: only conversions that lose nothing are made, except that FLOAT
 * is rounded for models with elements of 16 bits. Pure: knows tensors, signatures and Flink's row
 * data alone.
 */
package io.flinkgpu.table.type;
