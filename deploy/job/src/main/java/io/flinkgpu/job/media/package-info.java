/**
 * Sources of files that may go on looking for new ones: whole files and tar shards, over {@code
 * connectors.media} and {@code connectors.tar}.
 */
package io.flinkgpu.job.media;
