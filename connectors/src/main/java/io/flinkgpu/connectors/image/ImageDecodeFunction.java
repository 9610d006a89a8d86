package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.file.RejectedFile;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes files to images; a file that is not an image, or was not read, goes to {@link #REJECTED}
 * and the job goes on.
 *
 * <p>Counts both in the metrics {@code imagesDecoded} and {@code imagesRejected}, and in {@code
 * imagesFlawed} the decoded ones whose file has a fault that costs no pixel ({@link
 * ImageDecoder#flaws}). Keeps no state.
 */
@PublicEvolving
public final class ImageDecodeFunction extends ProcessFunction<FileContent, DecodedImage> {

    /** The side output of the files left out. */
    public static final OutputTag<RejectedFile> REJECTED =
            new OutputTag<>("rejected-files", TypeInformation.of(RejectedFile.class));

    private static final Logger LOG = LoggerFactory.getLogger(ImageDecodeFunction.class);

    private final ImageDecoding decoding;

    private transient ImageDecoder decoder;
    private transient Counter decoded;
    private transient Counter rejected;
    private transient Counter flawed;

    public ImageDecodeFunction(ImageDecoding decoding) {
        this.decoding = Objects.requireNonNull(decoding, "decoding");
    }

    @Override
    public void open(OpenContext context) {
        decoder = new ImageDecoder(decoding);
        decoded = getRuntimeContext().getMetricGroup().counter("imagesDecoded");
        rejected = getRuntimeContext().getMetricGroup().counter("imagesRejected");
        flawed = getRuntimeContext().getMetricGroup().counter("imagesFlawed");
    }

    @Override
    public void processElement(FileContent file, Context context, Collector<DecodedImage> out) {
        try {
            DecodedImage image = decoder.decode(file);
            if (!decoder.flaws().isEmpty()) {
                flawed.inc();
                LOG.debug("Decoded '{}' although {}.", file.path(), decoder.flaws());
            }
            decoded.inc();
            out.collect(image);
        } catch (BadImageException e) {
            context.output(REJECTED, reject(file, e));
            rejected.inc();
        }
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
        }
    }

    private static RejectedFile reject(FileContent file, BadImageException error) {
        ReadFailure failure = file.failure();
        return failure == null
                ? new RejectedFile(file.path(), error.getClass().getName(), error.reason())
                : new RejectedFile(file.path(), failure.errorClass(), failure.cause());
    }
}
