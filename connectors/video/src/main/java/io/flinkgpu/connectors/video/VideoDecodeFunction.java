package io.flinkgpu.connectors.video;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.file.RejectedFile;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes files to frames; a file that is no video, or was not read, goes to {@link #REJECTED} and
 * the job goes on. Frames in front of damage are emitted, too.
 *
 * <p>Counts files in the metrics {@code videosDecoded} and {@code videosRejected}, and frames in
 * {@code videoFrames}. Keeps no state: after a failure a video whose frames are not all in a
 * checkpoint is decoded again.
 */
@PublicEvolving
public final class VideoDecodeFunction extends ProcessFunction<FileContent, VideoFrame> {

    /** The side output of the files left out. */
    public static final OutputTag<RejectedFile> REJECTED =
            new OutputTag<>("rejected-video-files", TypeInformation.of(RejectedFile.class));

    private final VideoDecoding decoding;

    private transient VideoDecoder decoder;
    private transient Counter decoded;
    private transient Counter rejected;
    private transient Counter frames;

    public VideoDecodeFunction(VideoDecoding decoding) {
        this.decoding = Objects.requireNonNull(decoding, "decoding");
    }

    @Override
    public void open(OpenContext context) {
        decoder = new VideoDecoder(decoding);
        decoded = getRuntimeContext().getMetricGroup().counter("videosDecoded");
        rejected = getRuntimeContext().getMetricGroup().counter("videosRejected");
        frames = getRuntimeContext().getMetricGroup().counter("videoFrames");
    }

    @Override
    public void processElement(FileContent file, Context context, Collector<VideoFrame> out)
            throws IOException {
        try {
            decoder.decode(
                    file,
                    frame -> {
                        frames.inc();
                        out.collect(frame);
                    });
            decoded.inc();
        } catch (BadVideoException e) {
            context.output(REJECTED, reject(file, e));
            rejected.inc();
        }
    }

    private static RejectedFile reject(FileContent file, BadVideoException error) {
        ReadFailure failure = file.failure();
        return failure == null
                ? new RejectedFile(file.path(), error.getClass().getName(), error.reason())
                : new RejectedFile(file.path(), failure.errorClass(), failure.cause());
    }
}
