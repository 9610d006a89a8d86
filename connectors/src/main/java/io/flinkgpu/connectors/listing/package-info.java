/**
 * Which files there are behind a source's inputs.
 *
 * <p>{@link io.flinkgpu.connectors.listing.InputScanner} walks directories, globs and file lists
 * and gives {@link io.flinkgpu.connectors.listing.FoundFile}s, whose names stay as the file system
 * spells them ({@code ExactPath}). Imports Flink's file systems alone.
 */
package io.flinkgpu.connectors.listing;
