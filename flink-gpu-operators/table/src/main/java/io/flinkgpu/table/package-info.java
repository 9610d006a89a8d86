/**
 * Models, functions and tables for Flink SQL; this package has no types of its own.
 *
 * <p>{@code .type} maps columns to tensors, {@code .model} makes {@code CREATE MODEL} and {@code
 * ML_PREDICT} run our inference, {@code .function} holds functions, {@code .module} loads them, and
 * {@code .stage} puts the inference operator between a query and a table. What reads or decodes
 * files is in {@code io.flinkgpu.connectors.table}.
 */
package io.flinkgpu.table;
