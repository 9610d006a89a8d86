package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.testutils.ManuallyTriggeredScheduledExecutorService;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LoadedSavedModelTest {

    @TempDir private Path directory;
    private LoadedModel model;

    @AfterEach
    void unload() {
        if (model != null) {
            model.close();
        }
    }

    @Test
    void runsABatch() throws Exception {
        model = load(TestingSavedModels.linear(directory));

        TensorBatch outputs = model.run(List.of(rows(1, 2, 3, -4, 0, 0.5f)));

        assertThat(outputs)
                .isEqualTo(TensorBatch.of("y", Tensor.ofFloats(Shape.of(2, 3), 3, 5, 7, -7, 1, 2)));
    }

    @Test
    void runsAllPartsAsOneBatchInTheirOrder() throws Exception {
        model = load(TestingSavedModels.linear(directory));

        TensorBatch outputs =
                model.run(List.of(rows(1, 2, 3), rows(4, 5, 6, 7, 8, 9), rows(0, 0, 0)));

        assertThat(outputs.rows()).isEqualTo(4);
        assertThat(outputs.tensor("y").toFloats())
                .containsExactly(3, 5, 7, 9, 11, 13, 15, 17, 19, 1, 1, 1);
    }

    @Test
    void mergedRunsGiveWhatSingleRunsGive() throws Exception {
        model = load(TestingSavedModels.perceptron(directory, 16));
        Random random = new Random(1);
        List<TensorBatch> parts = new ArrayList<>();
        for (int rows : new int[] {1, 7, 3, 21}) {
            float[] values = new float[rows * 16];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            parts.add(TensorBatch.of("x", Tensor.ofFloats(Shape.of(rows, 16), values)));
        }

        float[] merged = model.run(parts).tensor("y").toFloats();

        int index = 0;
        for (TensorBatch part : parts) {
            for (float value : model.run(List.of(part)).tensor("y").toFloats()) {
                // A matrix product sums in another order for another batch size.
                assertThat(merged[index++]).isCloseTo(value, within(1e-5f));
            }
        }
        assertThat(index).isEqualTo(merged.length);
    }

    @Test
    void runsSeveralInputsAndOutputs() throws Exception {
        model = load(TestingSavedModels.severalInputsAndOutputs(directory));
        TensorBatch one = weighted(new float[] {1, 2}, new float[] {10, 20}, 0.5);
        TensorBatch two = weighted(new float[] {3, 4}, new float[] {30, 40}, -1);

        TensorBatch outputs = model.run(List.of(one, two));

        assertThat(outputs.names()).containsExactlyInAnyOrder("sum", "scaled");
        assertThat(outputs.tensor("sum").toFloats()).containsExactly(11, 22, 33, 44);
        assertThat(outputs.tensor("scaled").toDoubles()).containsExactly(0.5, 1, -3, -4);
    }

    @Test
    void runsStrings() throws Exception {
        model = load(TestingSavedModels.strings(directory));
        TensorBatch one = TensorBatch.of("text", Tensor.ofStrings(Shape.of(1, 2), "abc", ""));
        TensorBatch two =
                TensorBatch.of(
                        "text",
                        Tensor.ofStrings(Shape.of(2, 2), "x", "größe", "q".repeat(99), "z"));

        TensorBatch outputs = model.run(List.of(one, two));

        assertThat(outputs.tensor("upper").toStrings())
                .startsWith("ABC", "", "X")
                .endsWith("Q".repeat(99), "Z");
        assertThat(outputs.tensor("length").toInts()).containsExactly(3, 0, 1, 7, 99, 1);
        assertThat(new TensorRow(outputs).moveTo(2).strings("upper"))
                .containsExactly("Q".repeat(99), "Z");
    }

    @Test
    void runsLongsAndBytes() throws Exception {
        model = load(TestingSavedModels.squares(directory.resolve("squares")));
        TensorBatch longs = TensorBatch.of("x", Tensor.ofLongs(Shape.of(2), 3_000_000_000L, -2));
        assertThat(model.run(List.of(longs)).tensor("y").toLongs())
                .containsExactly(9_000_000_000_000_000_000L, 4);

        try (LoadedModel pixels = load(TestingSavedModels.pixels(directory.resolve("pixels")))) {
            TensorBatch bytes =
                    TensorBatch.of(
                            "pixels",
                            Tensor.ofUint8(
                                    Shape.of(1, 2, 2), (byte) 0, (byte) 1, (byte) -1, (byte) 2));
            assertThat(pixels.run(List.of(bytes)).tensor("halved").toFloats())
                    .containsExactly(0, 0.5f, 127.5f, 1);
        }
    }

    @Test
    void runsRowsOfOpenShape() throws Exception {
        model = load(TestingSavedModels.openRows(directory.resolve("open")));
        try (LoadedModel any = load(TestingSavedModels.unknownRank(directory.resolve("any")))) {
            for (Shape shape : List.of(Shape.of(1, 2, 2), Shape.of(2, 1, 2), Shape.of(2, 2, 1))) {
                TensorBatch batch = TensorBatch.of("x", Tensor.ofFloats(shape, 1, 2, 3, 4));

                TensorBatch expected = TensorBatch.of("y", Tensor.ofFloats(shape, 2, 4, 6, 8));
                assertThat(model.run(List.of(batch))).isEqualTo(expected);
                assertThat(any.run(List.of(batch))).isEqualTo(expected);
            }
        }
    }

    @Test
    void runsRowsWithoutElements() throws Exception {
        model = load(TestingSavedModels.openRows(directory.resolve("open")));
        for (Shape shape : List.of(Shape.of(2, 0, 3), Shape.of(2, 3, 0), Shape.of(1, 0, 0))) {
            TensorBatch empty = TensorBatch.of("x", Tensor.ofFloats(shape));
            assertThat(model.run(List.of(empty, empty)).tensor("y").shape())
                    .isEqualTo(shape.withoutLeadingAxis().withLeadingAxis(2 * shape.length(0)));
        }
        TensorBatch full = TensorBatch.of("x", Tensor.ofFloats(Shape.of(1, 1, 2), 1, 2));
        assertThat(model.run(List.of(full)).tensor("y").toFloats()).containsExactly(2, 4);

        try (LoadedModel any = load(TestingSavedModels.unknownRank(directory.resolve("any")))) {
            TensorBatch empty = TensorBatch.of("x", Tensor.ofFloats(Shape.of(4, 0)));
            assertThat(any.run(List.of(empty)).tensor("y").shape()).isEqualTo(Shape.of(4, 0));
        }
    }

    @Test
    void runsABatchWithoutRows() throws Exception {
        model = load(TestingSavedModels.linear(directory.resolve("linear")));
        TensorBatch none = TensorBatch.of("x", Tensor.ofFloats(Shape.of(0, 3)));
        assertThat(model.run(List.of(none)).tensor("y").shape()).isEqualTo(Shape.of(0, 3));

        try (LoadedModel strings = load(TestingSavedModels.strings(directory.resolve("strings")))) {
            TensorBatch noText = TensorBatch.of("text", Tensor.ofStrings(Shape.of(0, 2)));
            assertThat(strings.run(List.of(noText)).tensor("upper").shape())
                    .isEqualTo(Shape.of(0, 2));
        }
    }

    @Test
    void outputsStayAsTheyAreWhenLaterRunsReuseTheInputs() throws Exception {
        model = load(TestingSavedModels.identity(directory));

        TensorBatch first = model.run(List.of(rows(1, 2, 3)));
        TensorBatch second = model.run(List.of(rows(4, 5, 6)));
        TensorBatch third = model.run(List.of(rows(7, 8, 9)));

        assertThat(first.tensor("y").toFloats()).containsExactly(1, 2, 3);
        assertThat(second.tensor("y").toFloats()).containsExactly(4, 5, 6);
        assertThat(third.tensor("y").toFloats()).containsExactly(7, 8, 9);
    }

    @Test
    void leavesThePartsToTheirOwner() throws Exception {
        model = load(TestingSavedModels.linear(directory));
        TensorBatch batch = rows(1, 2, 3);

        model.run(List.of(batch)).close();

        assertThat(model.run(List.of(batch)).tensor("y").toFloats()).containsExactly(3, 5, 7);
    }

    @Test
    void aFailedRunNamesTheModelAndTheCauseAndLeavesItUsable() throws Exception {
        model = load(TestingSavedModels.division(directory));

        assertThatThrownBy(() -> model.run(List.of(ints(4, 0))))
                .isInstanceOf(ModelRunException.class)
                .hasMessageStartingWith(
                        "Cannot run model tensorflow:%s#serving_default on cpu: "
                                .formatted(directory))
                .hasMessageContaining("division by zero");
        assertThat(model.run(List.of(ints(4, 5))).tensor("y").toInts()).containsExactly(25, 20);
    }

    @Test
    void refusesAnOutputWithoutTheBatchAxis() throws Exception {
        model = load(TestingSavedModels.sumOfRows(directory));

        assertThatThrownBy(() -> model.run(List.of(rows(1, 2, 3, 4, 5, 6))))
                .isInstanceOf(ModelRunException.class)
                .hasMessage(
                        ("Cannot run model tensorflow:%s#serving_default on cpu: output 'total' has"
                                        + " shape [3] for a batch of 2 rows. Every output must have"
                                        + " the batch axis in front.")
                                .formatted(directory));
    }

    @Test
    void checksTypesAndShapesBeforeARun() throws Exception {
        model = load(TestingSavedModels.linear(directory));

        assertThatThrownBy(
                        () ->
                                model.signature()
                                        .conform(
                                                TensorBatch.of(
                                                        "x",
                                                        Tensor.ofFloats(Shape.of(1, 2), 1, 2))))
                .isExactlyInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "Cannot run signature 'serving_default': input 'x' expects [-1, 3] float32"
                                + " but got [1, 2] float32.");
        assertThatThrownBy(
                        () ->
                                model.signature()
                                        .conform(
                                                TensorBatch.of(
                                                        "x",
                                                        Tensor.ofInts(Shape.of(1, 3), 1, 2, 3))))
                .isInstanceOf(SignatureMismatchException.class)
                .hasMessage(
                        "Cannot run signature 'serving_default': input 'x' expects [-1, 3] float32"
                                + " but got [1, 3] int32.");
    }

    @Test
    void serialRunsDoNotGrowNativeMemory() throws Exception {
        model = load(TestingSavedModels.linear(directory.resolve("linear")));
        try (LoadedModel strings = load(TestingSavedModels.strings(directory.resolve("strings")))) {
            TensorBatch text =
                    TensorBatch.of("text", Tensor.ofStrings(Shape.of(1, 2), "a".repeat(1000), "b"));
            for (int size = 1; size <= 12; size++) {
                runSome(size, strings, text, 2);
            }
            long before = Pointer.totalBytes();

            for (int round = 0; round < 84; round++) {
                for (int size = 1; size <= 12; size++) {
                    runSome(size, strings, text, 1);
                }
            }

            assertThat(Pointer.totalBytes()).isLessThanOrEqualTo(before);
        }
    }

    @Test
    void manyThreadsRunAtOnce() throws Exception {
        model = load(TestingSavedModels.linear(directory));
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int seed = thread;
                runs.add(executor.submit(() -> runAndCheck(seed)));
            }
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void servesThroughTheHostWarmAndWithFlatUnnamedRows() throws Exception {
        Path exported = TestingSavedModels.pixels(directory.resolve("pixels"));
        ManuallyTriggeredScheduledExecutorService timers =
                new ManuallyTriggeredScheduledExecutorService();
        ModelHost host = new ModelHost(List.of(new TensorFlowRuntime()), timers);
        ModelUse use = new ModelUse(4, 1, Duration.ZERO);
        try (ModelClient client =
                host.acquire(ModelRef.savedModel(exported.toString()), ModelDevice.cpu(), use)) {
            assertThat(client.ready().get(60, TimeUnit.SECONDS).loadTime()).isPositive();

            TensorBatch flat =
                    TensorBatch.of(
                            "",
                            Tensor.ofUint8(Shape.of(1, 4), (byte) 2, (byte) 4, (byte) 6, (byte) 8));
            TensorBatch outputs = client.infer(flat).get(60, TimeUnit.SECONDS).outputs();

            assertThat(outputs)
                    .isEqualTo(
                            TensorBatch.of(
                                    "halved", Tensor.ofFloats(Shape.of(1, 2, 2), 1, 2, 3, 4)));
        }
        timers.triggerScheduledTasks();
    }

    @Test
    void servesAModelThatCannotRunOnZeros() throws Exception {
        Path exported = TestingSavedModels.division(directory.resolve("division"));
        ManuallyTriggeredScheduledExecutorService timers =
                new ManuallyTriggeredScheduledExecutorService();
        ModelHost host = new ModelHost(List.of(new TensorFlowRuntime()), timers);
        ModelUse use = new ModelUse(4, 1, Duration.ZERO);
        try (ModelClient client =
                host.acquire(ModelRef.savedModel(exported.toString()), ModelDevice.cpu(), use)) {
            TensorBatch outputs = client.infer(ints(50)).get(60, TimeUnit.SECONDS).outputs();

            assertThat(outputs.tensor("y").toInts()).containsExactly(2);
        }
        timers.triggerScheduledTasks();
    }

    private void runSome(int size, LoadedModel strings, TensorBatch text, int times)
            throws ModelRunException {
        for (int i = 0; i < times; i++) {
            model.run(List.of(rows(new float[size * 3]))).close();
            strings.run(List.of(text)).close();
        }
    }

    private Void runAndCheck(int seed) throws ModelRunException {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            float[] values = new float[3 * (1 + random.nextInt(6))];
            float[] expected = new float[values.length];
            for (int j = 0; j < values.length; j++) {
                values[j] = random.nextInt(1_000);
                expected[j] = 2 * values[j] + 1;
            }
            try (TensorBatch outputs = model.run(List.of(rows(values)))) {
                assertThat(outputs.tensor("y").toFloats()).containsExactly(expected);
            }
        }
        return null;
    }

    private static LoadedModel load(Path directory) throws ModelLoadException {
        return new TensorFlowRuntime()
                .load(ModelRef.savedModel(directory.toString()), ModelDevice.cpu());
    }

    private static TensorBatch rows(float... values) {
        return TensorBatch.of("x", Tensor.ofFloats(Shape.of(values.length / 3, 3), values));
    }

    private static TensorBatch ints(int... values) {
        return TensorBatch.of("x", Tensor.ofInts(Shape.of(values.length), values));
    }

    private static TensorBatch weighted(float[] a, float[] b, double weight) {
        return TensorBatch.of(
                Map.of(
                        "a", Tensor.ofFloats(Shape.of(1, 2), a),
                        "b", Tensor.ofFloats(Shape.of(1, 2), b),
                        "weight", Tensor.ofDoubles(Shape.of(1), weight)));
    }
}
