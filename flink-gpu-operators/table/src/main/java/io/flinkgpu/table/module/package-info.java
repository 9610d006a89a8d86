/** The module {@code flink-gpu}: all functions at once by {@code LOAD MODULE `flink-gpu`}. */
package io.flinkgpu.table.module;
