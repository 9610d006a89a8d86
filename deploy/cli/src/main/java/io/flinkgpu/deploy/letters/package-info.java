/**
 * {@code flink-gpu dead-letters}: what jobs have written into files and topics of dead letters.
 *
 * <p>Letters are {@link io.flinkgpu.job.redo.Letter}s, wherever they come from.
 */
package io.flinkgpu.deploy.letters;
