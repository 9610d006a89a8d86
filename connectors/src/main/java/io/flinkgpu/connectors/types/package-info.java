/**
 * What the Flink types of this module's records share.
 *
 * <p>Imports flink-core alone. Records name their type with {@code @TypeInfo}, so that a job that
 * forbids generic types ({@code pipeline.generic-types: false}) needs no type hints.
 */
package io.flinkgpu.connectors.types;
