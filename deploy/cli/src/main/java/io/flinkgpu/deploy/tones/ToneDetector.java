package io.flinkgpu.deploy.tones;

import io.flinkgpu.inference.onnx.graph.OnnxGraph;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A model that hears telephone keys in a short piece of audio: a bank of matched filters, whose
 * weights are computed and not learned.
 *
 * <p>Input {@code samples}, shape {@code [batch, 400]}, dtype {@code float32}: 50 ms at 8 kHz.
 * Output {@code scores}, shape {@code [batch, 16]}, dtype {@code float32}, in {@code [0, 1]}: for
 * each key of {@link KeyTones#KEYS} the power of the weaker of its two tones, as a share of half of
 * all power. A key alone scores about 1; silence, noise and single tones score about 0.
 *
 * <p>The samples are weighted with a Hann window and projected onto a cosine and a sine of each of
 * the eight frequencies; the sum of both squares is the power, whatever the phase.
 */
final class ToneDetector {

    static final int SAMPLE_RATE = 8_000;
    static final int WINDOW = 400;

    /** Power of what counts as silence: 60 dB below a full sine. */
    private static final float SILENCE = 5e-7f;

    private static final int TONES = KeyTones.ROWS.length + KeyTones.COLUMNS.length;
    private static final int KEYS = KeyTones.KEYS.length();

    private final OnnxGraph graph = new OnnxGraph("tones");

    private ToneDetector() {}

    /** Writes the model as an ONNX file, over one that is there. */
    static void write(Path file) throws IOException {
        new ToneDetector().network().write(file);
    }

    private OnnxGraph network() {
        graph.description("Hears telephone keys.")
                .property("classes", KeyTones.KEYS)
                .input("samples", DataType.FLOAT32, Shape.of(-1, WINDOW))
                .constant("window", Tensor.ofFloats(Shape.of(WINDOW), window()))
                .constant("cosines", projection(0))
                .constant("sines", projection(-Math.PI / 2))
                .constant("rows", indices(key -> key / KeyTones.COLUMNS.length))
                .constant(
                        "columns",
                        indices(key -> KeyTones.ROWS.length + key % KeyTones.COLUMNS.length))
                .constant("silence", Tensor.ofFloats(Shape.of(1), SILENCE))
                .constant("most", Tensor.ofFloats(Shape.of(1), 1f));
        node("Mul", "windowed", "samples", "window");
        node("MatMul", "real", "windowed", "cosines");
        node("MatMul", "imaginary", "windowed", "sines");
        node("Mul", "real_squared", "real", "real");
        node("Mul", "imaginary_squared", "imaginary", "imaginary");
        node("Add", "power", "real_squared", "imaginary_squared");
        Map<String, Long> ofTones = Map.of("axis", 1L);
        graph.node("Gather", List.of("power", "rows"), List.of("power_of_row"), ofTones)
                .node("Gather", List.of("power", "columns"), List.of("power_of_column"), ofTones);
        node("Min", "weaker", "power_of_row", "power_of_column");
        node("Mul", "squared", "windowed", "windowed");
        graph.node(
                "ReduceMean",
                List.of("squared"),
                List.of("mean_power"),
                Map.of("axes", new long[] {1}, "keepdims", 1L));
        node("Add", "all_power", "mean_power", "silence");
        node("Div", "share", "weaker", "all_power");
        node("Min", "scores", "share", "most");
        return graph.output("scores", DataType.FLOAT32, Shape.of(-1, KEYS));
    }

    private void node(String operator, String to, String... from) {
        graph.node(operator, List.of(from), List.of(to));
    }

    /** Hann, scaled so that the mean of its squares is 1: windowed noise keeps its power. */
    private static float[] window() {
        float[] window = new float[WINDOW];
        for (int i = 0; i < WINDOW; i++) {
            double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW);
            window[i] = (float) (hann / Math.sqrt(3.0 / 8)); // the mean of its squares is 3/8
        }
        return window;
    }

    /**
     * Shape {@code [sample, tone]}: a sine of amplitude {@code a} has the power {@code a * a},
     * which is what two such sines have together.
     */
    private static Tensor projection(double phase) {
        double scale = 2 / (WINDOW * 0.5 / Math.sqrt(3.0 / 8)); // 2 / the sum of the window
        float[] values = new float[WINDOW * TONES];
        for (int tone = 0; tone < TONES; tone++) {
            double step = 2 * Math.PI * hertz(tone) / SAMPLE_RATE;
            for (int i = 0; i < WINDOW; i++) {
                values[i * TONES + tone] = (float) (scale * Math.cos(step * i + phase));
            }
        }
        return Tensor.ofFloats(Shape.of(WINDOW, TONES), values);
    }

    private static int hertz(int tone) {
        return tone < KeyTones.ROWS.length
                ? KeyTones.ROWS[tone]
                : KeyTones.COLUMNS[tone - KeyTones.ROWS.length];
    }

    private static Tensor indices(IntUnaryOperator toneOfKey) {
        return Tensor.ofLongs(
                Shape.of(KEYS), IntStream.range(0, KEYS).map(toneOfKey).asLongStream().toArray());
    }
}
