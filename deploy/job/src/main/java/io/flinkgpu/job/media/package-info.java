/**
 * Sources of files that may go on looking for new ones: whole files, tar shards and lines, over
 * {@code connectors.media}, {@code connectors.tar} and {@code connectors.text}.
 */
package io.flinkgpu.job.media;
