/**
 * Video files to frames.
 *
 * <p>{@link io.flinkgpu.connectors.video.VideoDecoder} knows no Flink runtime; {@link
 * io.flinkgpu.connectors.video.VideoDecodeFunction} drives it in a job and sends what cannot be
 * decoded to a side output. {@code VideoStream} is the one class that calls FFmpeg through JavaCV,
 * and the package the only one that imports {@code org.bytedeco.javacv} or {@code
 * org.bytedeco.ffmpeg}.
 *
 * <pre>{@code
 * files.process(new VideoDecodeFunction(
 *         VideoDecoding.of(224, 224, 3, FrameSelection.perSecond(1))));
 * }</pre>
 */
package io.flinkgpu.connectors.video;
