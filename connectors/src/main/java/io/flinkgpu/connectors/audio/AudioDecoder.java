package io.flinkgpu.connectors.audio;

import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.decode.DecodeBudgetException;
import io.flinkgpu.connectors.file.FileContent;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.util.ExceptionUtils;

/**
 * Decodes audio files to samples: WAV, FLAC, OGG Vorbis and MP3, told by their first bytes.
 *
 * <p>FLAC needs {@code org.jflac:jflac-codec}, OGG Vorbis {@code org.jcraft:jorbis} and MP3 {@code
 * javazoom:jlayer} on the class path. Samples are clipped to {@code [-1, 1]}; channels are averaged
 * before they are resampled, by {@link Resampler}.
 *
 * <p>Not thread-safe: keeps the filter of the last sample rate.
 */
@PublicEvolving
public final class AudioDecoder {

    private final AudioDecoding decoding;
    private final DecodeBudget budget;
    private int filterRate;
    @Nullable private Resampler filter;

    public AudioDecoder(AudioDecoding decoding) {
        this(
                Objects.requireNonNull(decoding, "decoding"),
                DecodeBudget.ofThread(decoding.limits().maxTime()));
    }

    AudioDecoder(AudioDecoding decoding, DecodeBudget budget) {
        this.decoding = decoding;
        this.budget = budget;
    }

    /**
     * Decodes one file.
     *
     * @return all its samples, with the channels and at the rate that are configured
     * @throws BadAudioException if the file was not read, is empty, of another format, damaged,
     *     truncated, without samples, or costs more than allowed
     */
    public DecodedAudio decode(FileContent file) throws BadAudioException {
        budget.start();
        try {
            return decodeWithin(file);
        } catch (AudioRefusedException e) {
            throw new BadAudioException(file.path(), e.getMessage(), null);
        } catch (DecodeBudgetException e) {
            throw new BadAudioException(
                    file.path(),
                    "decoding it takes more than %s of processor time (maxTime)"
                            .formatted(decoding.limits().maxTime()),
                    e);
        } catch (IOException | RuntimeException e) {
            // Decoders answer malformed data with unchecked exceptions as well.
            throw new BadAudioException(file.path(), "the data is damaged (%s)".formatted(e), e);
        } catch (OutOfMemoryError e) {
            if (ExceptionUtils.isMetaspaceOutOfMemoryError(e)
                    || ExceptionUtils.isDirectOutOfMemoryError(e)) {
                throw e; // no file's fault
            }
            throw new BadAudioException(file.path(), shortOfHeap(file), e);
        }
    }

    /**
     * Decodes one file and cuts it.
     *
     * @return its windows in their order, each copied when it is asked for
     * @throws BadAudioException as {@link #decode(FileContent)}, and if a window at the file's rate
     *     fits no array
     */
    public Stream<DecodedAudio> decode(FileContent file, AudioWindows windows)
            throws BadAudioException {
        DecodedAudio audio = decode(file);
        try {
            return windows.cut(audio);
        } catch (IllegalArgumentException e) {
            throw new BadAudioException(file.path(), e.getMessage(), e);
        }
    }

    private DecodedAudio decodeWithin(FileContent file) throws IOException, AudioRefusedException {
        byte[] content = contentOf(file);
        SampleSink sink = new SampleSink(decoding.limits(), budget);
        AudioFormats.of(content).decode(content, sink);
        if (sink.frames() == 0) {
            throw new AudioRefusedException("it has no samples");
        }
        int channels = decoding.isMono() ? 1 : sink.channels();
        float[] samples = sink.samples();
        if (channels < sink.channels()) {
            samples = mean(samples, sink.channels());
        }
        int rate = sink.sampleRate();
        if (decoding.sampleRate() != AudioDecoding.RATE_OF_FILE && decoding.sampleRate() != rate) {
            samples = resample(samples, channels, rate);
            rate = decoding.sampleRate();
        }
        return new DecodedAudio(file.path(), 0, rate, channels, samples);
    }

    private static byte[] contentOf(FileContent file) throws AudioRefusedException {
        if (file.failure() != null) {
            throw new AudioRefusedException("the file was not read: " + file.failure().cause());
        }
        if (file.isReference()) {
            throw new AudioRefusedException(
                    "its %d bytes were left in the file; raise maxFileSize".formatted(file.size()));
        }
        if (file.content().length == 0) {
            throw new AudioRefusedException("the file is empty (0 bytes)");
        }
        return file.content();
    }

    private float[] resample(float[] samples, int channels, int rate)
            throws DecodeBudgetException, AudioRefusedException {
        if (filter == null || rate != filterRate) {
            try {
                filter = new Resampler(rate, decoding.sampleRate());
            } catch (IllegalArgumentException e) {
                throw new AudioRefusedException(e.getMessage());
            }
            filterRate = rate;
        }
        long values = filter.length(samples.length / channels) * channels;
        if (values > decoding.limits().maxValues()) {
            throw new AudioRefusedException(
                    "it has %d samples at %d Hz; the limit is %s (maxSize)"
                            .formatted(values, decoding.sampleRate(), decoding.limits().maxSize()));
        }
        return filter.resample(samples, channels, budget);
    }

    private static float[] mean(float[] samples, int channels) {
        float[] means = new float[samples.length / channels];
        for (int frame = 0; frame < means.length; frame++) {
            float sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += samples[frame * channels + channel];
            }
            means[frame] = sum / channels;
        }
        return means;
    }

    private static String shortOfHeap(FileContent file) {
        return "the heap of %d MiB is too small to decode its %d bytes beside what else is in it; give task managers more heap or lower maxSize"
                .formatted(Runtime.getRuntime().maxMemory() >> 20, file.content().length);
    }
}
