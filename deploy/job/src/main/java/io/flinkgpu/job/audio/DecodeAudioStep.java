package io.flinkgpu.job.audio;

import io.flinkgpu.connectors.audio.AudioDecoding;
import io.flinkgpu.connectors.audio.AudioLimits;
import io.flinkgpu.connectors.audio.AudioWindows;
import io.flinkgpu.connectors.audio.AudioWindows.LastWindow;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowMapping;
import io.flinkgpu.job.row.RowSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;

/** Step {@code decode-audio}: the bytes of an audio file as samples, whole or in windows. */
@PublicEvolving
public final class DecodeAudioStep implements PipelineElement {

    static final String START = "start";
    static final String SAMPLE_RATE_OF_FILE = "sampleRate";
    static final String CHANNELS = "channels";

    private static final Key<Integer> SAMPLE_RATE =
            Key.of("sample-rate", ValueTypes.integer(AudioDecoding.MIN_SAMPLE_RATE))
                    .describedAs(
                            "Samples a second, to which files of other rates are resampled. Without it each file keeps its own, and rows have the field sampleRate (int).");

    private static final Key<Boolean> MONO =
            Key.of("mono", ValueTypes.truth())
                    .orElse(true)
                    .describedAs(
                            "Whether the channels become one, their mean. If not, samples are [frame, channel], and rows have the field channels (int).");

    private static final Key<Duration> WINDOW =
            Key.of("window", ValueTypes.duration())
                    .describedAs(
                            "Cuts a file into windows of this length, each a row; the field start (double) says at which second it begins. Without it a file is one row.");

    private static final Key<Duration> OVERLAP =
            Key.of("overlap", ValueTypes.duration())
                    .describedAs("What a window shares with the next. Without it nothing.");

    private static final Key<LastWindow> LAST_WINDOW =
            Key.of("last-window", ValueTypes.choice(LastWindow.class))
                    .orElse(LastWindow.PAD)
                    .describedAs(
                            "What becomes of an end that fills no window: silence follows it, or it is left out.");

    private static final Key<String> FIELD =
            Key.of("field", ValueTypes.field())
                    .orElse("content")
                    .describedAs("The field with the file's bytes.");

    private static final Key<String> INTO =
            Key.of("into", ValueTypes.field())
                    .orElse("samples")
                    .describedAs("The field for the samples.");

    private static final Key<Boolean> KEEP =
            Key.of("keep", ValueTypes.truth())
                    .orElse(false)
                    .describedAs("Whether the bytes stay in the row.");

    private static final Key<Duration> MAX_DURATION =
            Key.of("max-duration", ValueTypes.duration())
                    .orElse(AudioLimits.DEFAULT.maxDuration())
                    .describedAs("A longer recording becomes a dead letter.");

    private static final Key<MemorySize> MAX_SIZE =
            Key.of("max-size", ValueTypes.memory())
                    .orElse(AudioLimits.DEFAULT.maxSize())
                    .describedAs(
                            "A recording whose samples take more, at 4 bytes each, becomes a dead letter.");

    private static final Key<Duration> MAX_TIME =
            Key.of("max-time", ValueTypes.duration())
                    .orElse(AudioLimits.DEFAULT.maxTime())
                    .describedAs("Processor time that one file may take.");

    @Override
    public ElementKind kind() {
        return ElementKind.STEP;
    }

    @Override
    public String type() {
        return "decode-audio";
    }

    @Override
    public String description() {
        return "Decodes WAV, FLAC, OGG Vorbis and MP3 to float32 samples from -1 to 1 (array<float>), in place of the bytes. What is no audio is a dead letter. FLAC, OGG and MP3 need a jar each in lib/, which the message names.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(
                SAMPLE_RATE,
                MONO,
                WINDOW,
                OVERLAP,
                LAST_WINDOW,
                FIELD,
                INTO,
                KEEP,
                MAX_DURATION,
                MAX_SIZE,
                MAX_TIME);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        String field = config.get(FIELD);
        context.requireInput(field, FieldType.BYTES, config.at(FIELD));
        requireWindow(OVERLAP, config);
        requireWindow(LAST_WINDOW, config);
        RowSchema kept =
                config.get(KEEP) ? context.input() : context.input().without(Set.of(field));
        try {
            AudioDecoding decoding = decoding(config);
            AudioWindows windows = windows(config).orElse(null);
            RowSchema output = kept.with(added(config, decoding, windows));
            RowMapping mapping =
                    new RowMapping(
                            context.input(), DecodeAudioFunction.added(config.get(INTO)), output);
            int bytes = context.input().indexOf(field);
            return PlannedElement.of(
                    output,
                    build ->
                            add(
                                    new DecodeAudioFunction.Settings(
                                            decoding, windows, bytes, mapping),
                                    context.input(),
                                    output,
                                    build));
        } catch (IllegalArgumentException invalid) {
            config.object().problem(invalid.getMessage());
            return PlannedElement.UNKNOWN;
        }
    }

    private static void requireWindow(Key<?> key, Config config) {
        if (config.says(key) && !config.says(WINDOW)) {
            config.at(key).invalid("It needs the key window. Add it, or remove this one.");
        }
    }

    private static AudioDecoding decoding(Config config) {
        return new AudioDecoding(
                config.get(MONO),
                config.find(SAMPLE_RATE).orElse(AudioDecoding.RATE_OF_FILE),
                new AudioLimits(
                        config.get(MAX_DURATION), config.get(MAX_SIZE), config.get(MAX_TIME)));
    }

    private static Optional<AudioWindows> windows(Config config) {
        return config.find(WINDOW)
                .map(
                        length ->
                                new AudioWindows(
                                        length,
                                        config.find(OVERLAP).orElse(Duration.ZERO),
                                        config.get(LAST_WINDOW)));
    }

    /** The samples, and what the file does not say for all rows. */
    private static List<Field> added(
            Config config, AudioDecoding decoding, @Nullable AudioWindows windows) {
        boolean isRateKnown = decoding.sampleRate() != AudioDecoding.RATE_OF_FILE;
        boolean isShapeKnown = windows != null && isRateKnown && decoding.isMono();
        List<Field> fields = new ArrayList<>();
        fields.add(
                new Field(
                        config.get(INTO),
                        FieldType.FLOATS,
                        isShapeKnown ? Shape.of(windows.frames(decoding.sampleRate())) : null));
        if (windows != null) {
            fields.add(Field.of(START, FieldType.DOUBLE));
        }
        if (!isRateKnown) {
            fields.add(Field.of(SAMPLE_RATE_OF_FILE, FieldType.INT));
        }
        if (!decoding.isMono()) {
            fields.add(Field.of(CHANNELS, FieldType.INT));
        }
        return fields;
    }

    private static ElementOutput add(
            DecodeAudioFunction.Settings settings,
            RowSchema input,
            RowSchema output,
            BuildContext context) {
        return context.process(
                new DecodeAudioFunction(
                        settings,
                        new DeadLetterRows(context.name(), input),
                        context.takesDeadLetters()),
                output);
    }
}
