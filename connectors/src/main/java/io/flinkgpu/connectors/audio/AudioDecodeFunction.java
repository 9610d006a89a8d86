package io.flinkgpu.connectors.audio;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.file.RejectedFile;
import java.util.Objects;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes files to recordings, or to windows of them; a file that is not audio, or was not read,
 * goes to {@link #REJECTED} and the job goes on.
 *
 * <p>Counts files in the metrics {@code audiosDecoded} and {@code audiosRejected}, and records in
 * {@code audioRecords}. Keeps no state.
 */
@PublicEvolving
public final class AudioDecodeFunction extends ProcessFunction<FileContent, DecodedAudio> {

    /** The side output of the files left out. */
    public static final OutputTag<RejectedFile> REJECTED =
            new OutputTag<>("rejected-audio-files", TypeInformation.of(RejectedFile.class));

    private final AudioDecoding decoding;
    @Nullable private final AudioWindows windows;

    private transient AudioDecoder decoder;
    private transient Counter decoded;
    private transient Counter rejected;
    private transient Counter emitted;

    private AudioDecodeFunction(AudioDecoding decoding, @Nullable AudioWindows windows) {
        this.decoding = Objects.requireNonNull(decoding, "decoding");
        this.windows = windows;
    }

    /** Each file becomes one record. */
    public static AudioDecodeFunction whole(AudioDecoding decoding) {
        return new AudioDecodeFunction(decoding, null);
    }

    /** Each file becomes its windows, in their order. */
    public static AudioDecodeFunction windows(AudioDecoding decoding, AudioWindows windows) {
        return new AudioDecodeFunction(decoding, Objects.requireNonNull(windows, "windows"));
    }

    @Override
    public void open(OpenContext context) {
        decoder = new AudioDecoder(decoding);
        decoded = getRuntimeContext().getMetricGroup().counter("audiosDecoded");
        rejected = getRuntimeContext().getMetricGroup().counter("audiosRejected");
        emitted = getRuntimeContext().getMetricGroup().counter("audioRecords");
    }

    @Override
    public void processElement(FileContent file, Context context, Collector<DecodedAudio> out) {
        Stream<DecodedAudio> records;
        try {
            records =
                    windows == null
                            ? Stream.of(decoder.decode(file))
                            : decoder.decode(file, windows);
        } catch (BadAudioException e) {
            context.output(REJECTED, reject(file, e));
            rejected.inc();
            return;
        }
        decoded.inc();
        records.forEach(
                record -> {
                    emitted.inc();
                    out.collect(record);
                });
    }

    private static RejectedFile reject(FileContent file, BadAudioException error) {
        ReadFailure failure = file.failure();
        return failure == null
                ? new RejectedFile(file.path(), error.getClass().getName(), error.reason())
                : new RejectedFile(file.path(), failure.errorClass(), failure.cause());
    }
}
