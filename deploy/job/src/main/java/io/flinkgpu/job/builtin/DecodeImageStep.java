package io.flinkgpu.job.builtin;

import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.connectors.image.ImageLimits;
import io.flinkgpu.connectors.image.ResizeMode;
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
import java.util.List;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;

/** Step {@code decode-image}: the bytes of an image file as pixels of one size. */
@PublicEvolving
public final class DecodeImageStep implements PipelineElement {

    private static final Key<Integer> HEIGHT =
            Key.of("height", ValueTypes.integer(1))
                    .required()
                    .describedAs("Height of the result in pixels.");

    private static final Key<Integer> WIDTH =
            Key.of("width", ValueTypes.integer(1))
                    .required()
                    .describedAs("Width of the result in pixels.");

    private static final Key<Integer> CHANNELS =
            Key.of("channels", ValueTypes.integer(1))
                    .orElse(3)
                    .describedAs("1 (luminance) or 3 (red, green, blue).");

    private static final Key<ResizeMode> RESIZE =
            Key.of("resize", ValueTypes.choice(ResizeMode.class))
                    .orElse(ResizeMode.STRETCH)
                    .describedAs(
                            "What happens to an image of another ratio: stretch it, pad it with white, or crop it in the middle.");

    private static final Key<Long> MAX_PIXELS =
            Key.of("max-pixels", ValueTypes.wholeNumber(1))
                    .orElse(ImageLimits.DEFAULT.maxPixels())
                    .describedAs("A larger image, by its header, becomes a dead letter.");

    private static final Key<Duration> MAX_TIME =
            Key.of("max-time", ValueTypes.duration())
                    .orElse(ImageLimits.DEFAULT.maxTime())
                    .describedAs("Processor time that one image may take.");

    private static final Key<String> FIELD =
            Key.of("field", ValueTypes.field())
                    .orElse("content")
                    .describedAs("The field with the file's bytes.");

    private static final Key<String> INTO =
            Key.of("into", ValueTypes.field())
                    .orElse("pixels")
                    .describedAs("The field for the pixels.");

    private static final Key<Boolean> KEEP =
            Key.of("keep", ValueTypes.truth())
                    .orElse(false)
                    .describedAs("Whether the bytes stay in the row.");

    @Override
    public ElementKind kind() {
        return ElementKind.STEP;
    }

    @Override
    public String type() {
        return "decode-image";
    }

    @Override
    public String description() {
        return "Decodes JPEG, PNG, GIF, WebP, BMP and TIFF to float32 pixels [height, width, channels] with values from 0 to 1 (array<float>), in place of the bytes. What is no image is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(HEIGHT, WIDTH, CHANNELS, RESIZE, FIELD, INTO, KEEP, MAX_PIXELS, MAX_TIME);
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
        Field pixels =
                new Field(
                        config.get(INTO),
                        FieldType.FLOATS,
                        Shape.of(config.get(HEIGHT), config.get(WIDTH), config.get(CHANNELS)));
        RowSchema kept =
                config.get(KEEP) ? context.input() : context.input().without(Set.of(field));
        RowSchema output = kept.with(List.of(pixels));
        try {
            ImageDecoding decoding = decoding(config);
            return PlannedElement.of(
                    output, build -> add(decoding, field, context.input(), output, pixels, build));
        } catch (IllegalArgumentException invalid) {
            config.object().problem(invalid.getMessage());
            return PlannedElement.unusable(output);
        }
    }

    private static ImageDecoding decoding(Config config) {
        return ImageDecoding.of(config.get(HEIGHT), config.get(WIDTH), config.get(CHANNELS))
                .withResizeMode(config.get(RESIZE))
                .withLimits(new ImageLimits(config.get(MAX_PIXELS), config.get(MAX_TIME)));
    }

    private static ElementOutput add(
            ImageDecoding decoding,
            String field,
            RowSchema input,
            RowSchema output,
            Field pixels,
            BuildContext context) {
        return context.process(
                new DecodeImageFunction(
                        decoding,
                        input.indexOf(field),
                        new RowMapping(input, List.of(pixels.name()), output),
                        new DeadLetterRows(context.name(), input),
                        context.takesDeadLetters()),
                output);
    }
}
