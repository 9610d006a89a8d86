/**
 * Image files to pixels.
 *
 * <p>{@link io.flinkgpu.connectors.image.ImageDecoder} is pure Java and knows no Flink runtime;
 * {@link io.flinkgpu.connectors.image.ImageDecodeFunction} drives it in a job and sends what cannot
 * be decoded to a side output. The only package that imports {@code java.awt.image} or {@code
 * javax.imageio}.
 */
package io.flinkgpu.connectors.image;
