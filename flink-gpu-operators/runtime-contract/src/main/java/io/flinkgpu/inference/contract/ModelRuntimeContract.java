package io.flinkgpu.inference.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ErrorClasses;
import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.ModelVersion;
import io.flinkgpu.inference.model.RuntimeFeature;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.annotation.PublicEvolving;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tests that every {@link ModelRuntime} passes, on the processor.
 *
 * <p>No case is skipped: where the runtime declares that it does not support what a case is about,
 * the case sees that it refuses it, at the place and with the type of error that all runtimes have.
 */
@PublicEvolving
@Timeout(120)
public abstract class ModelRuntimeContract {

    private static final int THREADS = 4;

    @TempDir private Path directory;
    private ModelRuntime runtime;
    private ContractModels models;

    /** The runtime, as its users get it. */
    protected abstract ModelRuntime runtime();

    /**
     * Its models.
     *
     * @param emptyDirectory to write them into
     */
    protected abstract ContractModels models(Path emptyDirectory) throws Exception;

    @BeforeEach
    void bringUp() throws Exception {
        runtime = runtime();
        models = models(directory);
    }

    // What it is

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(ModelRuntime.class))
                .filteredOn(ModelRuntime::name, runtime.name())
                .singleElement()
                .hasSameClassAs(runtime);
    }

    @Test
    void saysWhyAndWhatElseForAllThatItDoesNotSupport() {
        assertThat(runtime.unsupported().values()).allMatch(text -> text.matches("[A-Z].+\\."));
    }

    // What it runs

    @ParameterizedTest
    @EnumSource(DataType.class)
    void givesBackWhatItTakesOfEachType(DataType type) throws Exception {
        ModelRef model = models.echo(type);
        if (isRefused(RuntimeFeature.of(type), model, type.toString())) {
            return;
        }
        try (LoadedModel echo = load(model)) {
            assertThat(echo.signature().inputs().get(0).dataType()).isEqualTo(type);
            Tensor rows = pairs(type, 3);

            try (TensorBatch answers = run(echo, rows)) {
                assertThat(answers.onlyTensor()).isEqualTo(rows);
            }
        }
    }

    @Test
    void joinsThePartsInTheirOrderAndLeavesThemToTheirOwner() throws Exception {
        try (LoadedModel echo = load(models.echo(DataType.FLOAT32))) {
            List<TensorBatch> parts =
                    List.of(
                            batch(echo, Tensor.ofFloats(Shape.of(1, 2), 1, 2)),
                            batch(echo, Tensor.ofFloats(Shape.of(2, 2), 3, 4, 5, 6)),
                            batch(echo, Tensor.ofFloats(Shape.of(0, 2))));

            try (TensorBatch answers = echo.run(parts)) {
                assertThat(answers.onlyTensor())
                        .isEqualTo(Tensor.ofFloats(Shape.of(3, 2), 1, 2, 3, 4, 5, 6));
            }
            assertThat(parts.get(1).onlyTensor().toFloats()).containsExactly(3, 4, 5, 6);
        }
    }

    @Test
    void readsPartsWhereverTheyLie() throws Exception {
        try (LoadedModel echo = load(models.echo(DataType.FLOAT32));
                TensorBatch pooled = pooled(echo, 1, 2, 3, 4, 5, 6);
                TensorBatch slice = pooled.slice(1, 3)) {
            try (TensorBatch fromPool = echo.run(List.of(slice));
                    TensorBatch fromHeap = run(echo, Tensor.ofFloats(Shape.of(1, 2), 7, 8))) {
                assertThat(fromPool.onlyTensor().toFloats()).containsExactly(3, 4, 5, 6);
                assertThat(fromHeap.onlyTensor().toFloats()).containsExactly(7, 8);
            }
        }
    }

    @Test
    void answersStayWhenLaterRunsAndTheEndOfTheModelComeAfterThem() throws Exception {
        List<TensorBatch> answers = new ArrayList<>();
        try (LoadedModel echo = load(models.echo(DataType.FLOAT32))) {
            for (int i = 0; i < 3; i++) {
                answers.add(run(echo, Tensor.ofFloats(Shape.of(1, 2), i, -i)));
            }
        }

        for (int i = 0; i < 3; i++) {
            assertThat(answers.get(i).onlyTensor().toFloats()).containsExactly(i, -i);
        }
        answers.forEach(TensorBatch::close);
    }

    @Test
    void givesAllPooledMemoryBack() throws Exception {
        long before = DirectBufferPool.ofProcess().borrowedBytes();

        try (LoadedModel echo = load(models.echo(DataType.FLOAT32))) {
            for (int rows = 0; rows < 20; rows++) {
                run(echo, pairs(DataType.FLOAT32, rows)).close();
            }
        }

        // Less is left of a former test, whose host may have given back only in the meantime.
        assertThat(DirectBufferPool.ofProcess().borrowedBytes()).isLessThanOrEqualTo(before);
    }

    @Test
    void runsABatchWithoutRows() throws Exception {
        try (LoadedModel echo = load(models.echo(DataType.FLOAT32));
                TensorBatch answers = run(echo, pairs(DataType.FLOAT32, 0))) {
            assertThat(answers.onlyTensor().shape()).isEqualTo(Shape.of(0, 2));
        }
    }

    @Test
    void runsText() throws Exception {
        ModelRef model = models.echo(DataType.BYTES);
        if (isRefused(RuntimeFeature.STRINGS, model, DataType.BYTES.toString())) {
            return;
        }
        try (LoadedModel echo = load(model)) {
            Tensor text =
                    Tensor.ofStrings(Shape.of(2, 2), "größe", "", "\u20ac".repeat(3_000), "x y");

            try (TensorBatch answers = run(echo, text)) {
                assertThat(answers.onlyTensor()).isEqualTo(text);
            }
        }
    }

    @Test
    void runsStringsOfAnyBytes() throws Exception {
        byte[][] strings = {
            "\uD83D\uDE00".getBytes(StandardCharsets.UTF_8), {0, 'a'}, {(byte) 0xff, 'b'}
        };
        if (!supports(RuntimeFeature.STRINGS)) {
            assertThat(supports(RuntimeFeature.BINARY_STRINGS)).isFalse();
            return;
        }
        try (LoadedModel echo = load(models.echo(DataType.BYTES))) {
            for (byte[] string : strings) {
                Tensor row = Tensor.ofBytes(Shape.of(1, 2), string, new byte[0]);
                if (supports(RuntimeFeature.BINARY_STRINGS)) {
                    try (TensorBatch answers = run(echo, row)) {
                        assertThat(answers.onlyTensor()).isEqualTo(row);
                    }
                } else {
                    assertThat(failureOf(echo, row).errorClass()).isEqualTo(ErrorClass.DATA);
                }
            }
        }
    }

    @Test
    void runsSeveralInputsAndOutputs() throws Exception {
        ModelRef model = models.sumAndDifference();
        if (isRefused(RuntimeFeature.SEVERAL_TENSORS, model, "")) {
            return;
        }
        try (LoadedModel loaded = load(model)) {
            TensorBatch one = operands(new float[] {1, 2}, new float[] {10, 30});
            TensorBatch two = operands(new float[] {3, 4}, new float[] {50, 70});

            try (TensorBatch answers = loaded.run(List.of(one, two))) {
                assertThat(answers.names()).containsExactlyInAnyOrder("sum", "difference");
                assertThat(answers.tensor("sum").toFloats()).containsExactly(11, 32, 53, 74);
                assertThat(answers.tensor("difference").toFloats())
                        .containsExactly(-9, -28, -47, -66);
            }
        }
    }

    @Test
    void runsRowsOfOpenShapeAndWithoutElements() throws Exception {
        ModelRef model = models.echoOfOpenRows();
        if (isRefused(RuntimeFeature.OPEN_ROWS, model, "")) {
            return;
        }
        try (LoadedModel echo = load(model)) {
            assertThat(echo.signature().inputs().get(0).shape()).isEqualTo(Shape.of(-1, -1, -1));
            for (Shape shape : List.of(Shape.of(1, 2, 2), Shape.of(2, 1, 2), Shape.of(2, 2, 1))) {
                assertEchoes(echo, Tensor.ofFloats(shape, 1, 2, 3, 4));
            }
            for (Shape shape : List.of(Shape.of(2, 0, 3), Shape.of(2, 3, 0), Shape.of(1, 0, 0))) {
                Tensor empty = Tensor.ofFloats(shape);
                if (supports(RuntimeFeature.EMPTY_ROWS)) {
                    assertEchoes(echo, empty);
                } else {
                    assertThat(failureOf(echo, empty).errorClass()).isEqualTo(ErrorClass.DATA);
                }
            }
        }
    }

    @Test
    void runsRowsOfUnknownRank() throws Exception {
        ModelRef model = models.echoOfUnknownRank();
        if (isRefused(RuntimeFeature.UNKNOWN_RANK, model, "")) {
            return;
        }
        try (LoadedModel echo = load(model)) {
            assertThat(echo.signature().inputs().get(0).shape()).isEqualTo(Shape.ofUnknownRank());
            for (Shape shape : List.of(Shape.of(4), Shape.of(2, 2), Shape.of(1, 2, 2))) {
                assertEchoes(echo, Tensor.ofFloats(shape, 1, 2, 3, 4));
            }
        }
    }

    @Test
    void aSimulatedGpuComputesOnTheProcessorAndARealOneIsRefusedWhereThereIsNoUseOfIt()
            throws Exception {
        ModelRef model = models.echo(DataType.FLOAT32);
        try (LoadedModel echo = runtime.load(model, gpu(ModelDevice.Kind.SIMULATED_GPU))) {
            assertEchoes(echo, Tensor.ofFloats(Shape.of(1, 2), 1, 2));
        }
        if (!supports(RuntimeFeature.GPU)) {
            assertThatThrownBy(() -> runtime.load(model, gpu(ModelDevice.Kind.GPU)).close())
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessageStartingWith("Cannot load ");
        }
    }

    @Test
    void manyThreadsRunAtOnce() throws Exception {
        try (LoadedModel echo = load(models.echo(DataType.FLOAT32))) {
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                List<Future<?>> runs = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    int seed = thread;
                    runs.add(threads.submit(() -> runAndCheck(echo, seed)));
                }
                for (Future<?> run : runs) {
                    run.get(60, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    // How it fails

    @Test
    void refusesAMissingModel() throws Exception {
        assertRefused(models.missing(), "");
    }

    @Test
    void refusesADamagedModel() throws Exception {
        assertRefused(models.corrupt(), "");
    }

    @Test
    void refusesASignatureThatTheModelLacksAndNamesWhatItHas() throws Exception {
        ModelRef model = models.echo(DataType.FLOAT32);

        assertRefused(model.withSignature("no_such"), "has no signature 'no_such'. It has ");
        load(model).close();
    }

    @Test
    void whatARowSaysDoesNotChooseTheClassOfItsFailure() throws Exception {
        ModelRef model = models.numbersOfTexts();
        if (isRefused(RuntimeFeature.COMPUTATION, model, "")) {
            return;
        }
        try (LoadedModel numbers = load(model)) {
            for (String text :
                    List.of(
                            "out of memory",
                            "CUDA failure 700: GPU has fallen off the bus",
                            "CUDA_ERROR_ILLEGAL_ADDRESS",
                            "java.lang.OutOfMemoryError")) {
                ModelRunException failure =
                        failureOf(numbers, Tensor.ofStrings(Shape.of(2), "1", text));

                assertThat(failure.getMessage()).startsWith("Cannot run ");
                assertThat(ErrorClasses.of(failure)).isIn(ErrorClass.DATA, ErrorClass.UNKNOWN);
            }
            try (TensorBatch answers = run(numbers, Tensor.ofStrings(Shape.of(2), "1.5", "-2"))) {
                assertThat(answers.onlyTensor().toFloats()).containsExactly(1.5f, -2);
            }
        }
    }

    // Behind the host, which all users have

    @Test
    void isFoundInNumberedVersions() throws Throwable {
        ModelRef model = models.numberedVersions();
        try (HostedRuntime host = new HostedRuntime(runtime)) {
            SortedMap<Long, ModelVersion> versions = host.versions(model);

            if (!supports(RuntimeFeature.NUMBERED_VERSIONS)) {
                assertThat(versions).containsOnlyKeys(1L);
                return;
            }
            assertThat(versions).containsOnlyKeys(1L, 3L);
            for (ModelVersion version : versions.values()) {
                assertThat(version.ref().servedVersion()).isEqualTo(version.name());
                load(version.ref()).close();
            }
            host.load(model);
        }
    }

    @Test
    void takesAModelWithoutVersionsAsTheFirst() throws Exception {
        ModelRef model = models.echo(DataType.FLOAT32);
        try (HostedRuntime host = new HostedRuntime(runtime)) {
            SortedMap<Long, ModelVersion> versions = host.versions(model);

            assertThat(versions).containsOnlyKeys(1L);
            assertThat(versions.get(1L).ref()).isEqualTo(model);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void servesAFixedBatchWithAShortLastOne(int size) throws Exception {
        ModelRef model = models.echoOfFixedBatch(size);
        if (isRefused(RuntimeFeature.FIXED_BATCH, model, "")) {
            return;
        }
        try (HostedRuntime host = new HostedRuntime(runtime)) {
            float[] values = new float[2 * (size + 3)];
            IntStream.range(0, values.length).forEach(i -> values[i] = i);

            Tensor rows = Tensor.ofFloats(Shape.of(size + 3, 2), values);

            assertThat(host.infer(model, rows)).isEqualTo(rows);
        }
    }

    @Test
    void refusesAnOutputWithoutTheBatchAxisBeforeTheFirstRow() throws Exception {
        ModelRef model = models.totalOfRows();
        if (isRefused(RuntimeFeature.COMPUTATION, model, "")) {
            return;
        }
        try (HostedRuntime host = new HostedRuntime(runtime)) {
            assertThatThrownBy(() -> host.load(model))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessageContaining(model.location())
                    .hasMessageContaining("output 'total' has shape [3]");
        }
    }

    @Test
    void isClosedWhileItRunsAndLoadedAgain() throws Exception {
        ModelRef model = models.echo(DataType.FLOAT32);
        Tensor row = Tensor.ofFloats(Shape.of(1, 2), 1, 2);
        try (HostedRuntime host = new HostedRuntime(runtime)) {
            assertThat(host.closeWhileRunning(model, row)).isTrue();

            assertThat(host.infer(model, row)).isEqualTo(row);
            assertThat(host.infer(model, row)).isEqualTo(row);
        }
    }

    private boolean supports(RuntimeFeature feature) {
        return !runtime.unsupported().containsKey(feature);
    }

    /** Whether the runtime declares that it cannot run the model, which then has to be so. */
    private boolean isRefused(RuntimeFeature feature, ModelRef model, String message) {
        if (supports(feature)) {
            return false;
        }
        assertRefused(model, message);
        return true;
    }

    private void assertRefused(ModelRef model, String message) {
        ThrowingCallable loading = () -> load(model).close();
        assertThatThrownBy(loading)
                .isInstanceOf(ModelLoadException.class)
                .hasMessageStartingWith("Cannot load ")
                .hasMessageContaining("'" + model.location() + "'")
                .message()
                .containsIgnoringCase(message);
    }

    private LoadedModel load(ModelRef model) throws ModelLoadException {
        return runtime.load(model, ModelDevice.cpu());
    }

    private static ModelDevice gpu(ModelDevice.Kind kind) {
        return new ModelDevice("gpu", kind, 1, 0, 1L << 30);
    }

    private static ModelRunException failureOf(LoadedModel model, Tensor rows) {
        return Optional.ofNullable(
                        catchThrowableOfType(
                                ModelRunException.class, () -> run(model, rows).close()))
                .orElseThrow(() -> new AssertionError("The model runs what it should refuse."));
    }

    private static void assertEchoes(LoadedModel echo, Tensor rows) throws Exception {
        try (TensorBatch answers = run(echo, rows)) {
            assertThat(answers.onlyTensor()).isEqualTo(rows);
        }
    }

    private static void runAndCheck(LoadedModel echo, int seed) {
        for (int i = 0; i < 200; i++) {
            float[] values = new float[2 * (1 + (i + seed) % 5)];
            IntStream.range(0, values.length).forEach(j -> values[j] = seed * 1_000 + j);
            try (TensorBatch answers =
                    run(echo, Tensor.ofFloats(Shape.of(values.length / 2, 2), values))) {
                assertThat(answers.onlyTensor().toFloats()).containsExactly(values);
            } catch (ModelRunException failure) {
                throw new AssertionError("A run beside others failed.", failure);
            }
        }
    }

    private static TensorBatch run(LoadedModel model, Tensor rows) throws ModelRunException {
        return model.run(List.of(batch(model, rows)));
    }

    private static TensorBatch batch(LoadedModel model, Tensor rows) {
        return TensorBatch.of(model.signature().inputs().get(0).name(), rows);
    }

    private static TensorBatch pooled(LoadedModel model, float... values) {
        Tensor heap = Tensor.ofFloats(Shape.of(values.length / 2, 2), values);
        return batch(model, Tensor.concatenate(List.of(heap), DirectBufferPool.ofProcess()));
    }

    private static TensorBatch operands(float[] a, float[] b) {
        return TensorBatch.of(
                Map.of(
                        "a", Tensor.ofFloats(Shape.of(a.length / 2, 2), a),
                        "b", Tensor.ofFloats(Shape.of(b.length / 2, 2), b)));
    }

    /** Rows of two elements whose bytes differ. */
    private static Tensor pairs(DataType type, int rows) {
        Shape shape = Shape.of(rows, 2);
        if (type == DataType.BYTES) {
            String[] texts =
                    IntStream.range(0, 2 * rows).mapToObj(Integer::toString).toArray(String[]::new);
            return Tensor.ofStrings(shape, texts);
        }
        ByteBuffer bytes = ByteBuffer.allocate(2 * rows * type.byteSize());
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, (byte) (type == DataType.BOOL ? i % 3 % 2 : 1 + 5 * i));
        }
        return Tensor.wrap(type, shape, bytes);
    }
}
