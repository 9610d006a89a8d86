/**
 * Audio files to samples.
 *
 * <p>{@link io.flinkgpu.connectors.audio.AudioDecoder} is pure Java and knows no Flink runtime;
 * {@link io.flinkgpu.connectors.audio.AudioDecodeFunction} drives it in a job and sends what cannot
 * be decoded to a side output. Each format has a class ({@code WavFile}, {@code FlacFile}, {@code
 * VorbisFile}, {@code Mp3File}) that gives blocks of samples to a {@code SampleSink}, which holds
 * the limits. {@link io.flinkgpu.connectors.audio.AudioWindows} cuts. The only package that imports
 * {@code org.jflac}, {@code com.jcraft} or {@code javazoom}.
 */
package io.flinkgpu.connectors.audio;
