/**
 * What is wrong with a table's options and columns, told at once ({@link
 * io.flinkgpu.connectors.table.check.TableProblems}).
 */
package io.flinkgpu.connectors.table.check;
