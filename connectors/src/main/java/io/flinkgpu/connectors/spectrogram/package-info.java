/**
 * Recordings to features: {@link io.flinkgpu.connectors.spectrogram.LogMelSpectrogram}, the power
 * in mel bands over time, for models that do not compute it themselves. The only package that
 * imports {@code org.jtransforms}.
 */
package io.flinkgpu.connectors.spectrogram;
