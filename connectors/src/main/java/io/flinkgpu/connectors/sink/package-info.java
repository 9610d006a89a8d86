/**
 * What this module's sinks share.
 *
 * <p>Imports Flink's sink API alone.
 */
package io.flinkgpu.connectors.sink;
