/**
 * Elements of job files for audio: step {@code decode-audio} ({@link
 * io.flinkgpu.job.audio.DecodeAudioStep}) and step {@code log-mel} ({@link
 * io.flinkgpu.job.audio.LogMelStep}). Knows elements, rows and the connectors' audio and
 * spectrogram.
 */
package io.flinkgpu.job.audio;
