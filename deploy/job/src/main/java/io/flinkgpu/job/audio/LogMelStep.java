package io.flinkgpu.job.audio;

import io.flinkgpu.connectors.spectrogram.LogMelSpectrogram;
import io.flinkgpu.connectors.spectrogram.MelParameters;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowMapping;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.types.Row;

/** Step {@code log-mel}: samples of one channel as the power in mel bands over time. */
@PublicEvolving
public final class LogMelStep implements PipelineElement {

    private static final double DEFAULT_TOP_DB = 80;

    private static final Key<Integer> SAMPLE_RATE =
            Key.of("sample-rate", ValueTypes.integer(1))
                    .required()
                    .describedAs("Samples a second, as decode-audio makes them.");

    private static final Key<Integer> FFT_LENGTH =
            Key.of("n-fft", ValueTypes.integer(2))
                    .orElse(400)
                    .describedAs("Samples of a frame and of its window, at most 4096.");

    private static final Key<Integer> HOP_LENGTH =
            Key.of("hop-length", ValueTypes.integer(1))
                    .orElse(160)
                    .describedAs("Samples from frame to frame.");

    private static final Key<Integer> BANDS =
            Key.of("n-mels", ValueTypes.integer(1)).orElse(80).describedAs("Mel bands.");

    private static final Key<Double> LOWEST =
            Key.of("f-min", ValueTypes.number())
                    .orElse(0.0)
                    .describedAs("The lowest frequency in Hz.");

    private static final Key<Double> HIGHEST =
            Key.of("f-max", ValueTypes.number())
                    .describedAs("The highest frequency in Hz. Without it half of sample-rate.");

    private static final Key<Double> TOP_DB =
            Key.of("top-db", ValueTypes.number())
                    .orElse(DEFAULT_TOP_DB)
                    .describedAs("Raises what is further below the loudest to that, in dB.");

    private static final Key<String> FIELD =
            Key.of("field", ValueTypes.field())
                    .orElse("samples")
                    .describedAs("The field with the samples.");

    private static final Key<String> INTO =
            Key.of("into", ValueTypes.field())
                    .orElse("mel")
                    .describedAs("The field for the spectrogram.");

    private static final Key<Boolean> KEEP =
            Key.of("keep", ValueTypes.truth())
                    .orElse(false)
                    .describedAs("Whether the samples stay in the row.");

    @Override
    public ElementKind kind() {
        return ElementKind.STEP;
    }

    @Override
    public String type() {
        return "log-mel";
    }

    @Override
    public String description() {
        return "Computes the power in mel bands over time, in dB, as librosa does by default: float32 [mel, frame] (array<float>), in place of the samples of one channel.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(
                SAMPLE_RATE,
                FFT_LENGTH,
                HOP_LENGTH,
                BANDS,
                LOWEST,
                HIGHEST,
                TOP_DB,
                FIELD,
                INTO,
                KEEP);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        String field = config.get(FIELD);
        Optional<Field> samples = context.requireInput(field, FieldType.FLOATS, config.at(FIELD));
        RowSchema kept =
                config.get(KEEP) ? context.input() : context.input().without(Set.of(field));
        try {
            LogMelSpectrogram spectrogram = new LogMelSpectrogram(parameters(config));
            Field mel =
                    new Field(
                            config.get(INTO),
                            FieldType.FLOATS,
                            shape(samples.orElse(null), spectrogram, config.get(BANDS)));
            RowSchema output = kept.with(List.of(mel));
            RowMapping mapping = new RowMapping(context.input(), List.of(mel.name()), output);
            int place = context.input().indexOf(field);
            return PlannedElement.of(
                    output,
                    build ->
                            ElementOutput.of(
                                    build.place(
                                            build.input()
                                                    .map(
                                                            row ->
                                                                    mapping.row(
                                                                            row,
                                                                            compute(
                                                                                    spectrogram,
                                                                                    row,
                                                                                    place)))
                                                    .returns(output.typeInfo()))));
        } catch (IllegalArgumentException invalid) {
            config.object().problem(invalid.getMessage());
            return PlannedElement.UNKNOWN;
        }
    }

    private static MelParameters parameters(Config config) {
        int rate = config.get(SAMPLE_RATE);
        return new MelParameters(
                rate,
                config.get(FFT_LENGTH),
                config.get(HOP_LENGTH),
                config.get(BANDS),
                config.get(LOWEST),
                config.find(HIGHEST).orElse(rate / 2.0),
                config.get(TOP_DB));
    }

    @Nullable
    private static Shape shape(@Nullable Field samples, LogMelSpectrogram spectrogram, int bands) {
        return samples == null || samples.shape() == null
                ? null
                : Shape.of(bands, spectrogram.frames((int) samples.shape().elements()));
    }

    /** Null where the row has no samples. */
    @Nullable
    private static float[] compute(LogMelSpectrogram spectrogram, Row row, int place) {
        float[] samples = (float[]) row.getField(place);
        return samples == null ? null : spectrogram.compute(samples);
    }
}
