/**
 * Image files to pixels.
 *
 * <p>{@link io.flinkgpu.connectors.image.ImageDecoder} is pure Java and knows no Flink runtime;
 * {@link io.flinkgpu.connectors.image.ImageDecodeFunction} drives it in a job and sends what cannot
 * be decoded to a side output. A file's segments are looked at first ({@code JpegFile} and its
 * like), an ImageIO reader sees what is left of them ({@code PixelReader}), and its rows are fitted
 * ({@code Fitting}). The only package that imports {@code java.awt}, {@code javax.imageio} or
 * {@code com.twelvemonkeys}.
 */
package io.flinkgpu.connectors.image;
