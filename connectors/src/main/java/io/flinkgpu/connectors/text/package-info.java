/**
 * Text files to lines, and text to tokens.
 *
 * <p>{@link io.flinkgpu.connectors.text.TextLines} builds the source; on the task managers {@code
 * LineFileReader} reads the files of a split by {@code LineBytes}. {@link
 * io.flinkgpu.connectors.text.TextTokenizer} turns text into the numbers that a model takes, and
 * {@link io.flinkgpu.connectors.text.TokenizeFunction} drives it in a job; both need the optional
 * library {@code ai.djl.huggingface:tokenizers}, which no other class imports.
 */
package io.flinkgpu.connectors.text;
