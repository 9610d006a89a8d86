package io.flinkgpu.inference.model.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class SimulatedRuntimeTest {

    private static final Duration MILLI = Duration.ofMillis(1);

    private final SimulatedRuntime runtime = new SimulatedRuntime();

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(ModelRuntime.class))
                .filteredOn(ModelRuntime::name, "simulated")
                .singleElement()
                .isInstanceOf(SimulatedRuntime.class);
    }

    @Test
    void echoesRowsOfAllParts() throws Exception {
        LoadedModel model = load(SimulatedModel.named("echo"));

        TensorBatch outputs = model.run(List.of(floats(1, 2), floats(3)));

        assertThat(outputs).isEqualTo(TensorBatch.of("output", column(1, 2, 3)));
    }

    @Test
    void echoesStrings() throws Exception {
        LoadedModel model =
                load(SimulatedModel.named("echo").ofRows(DataType.BYTES, Shape.scalar()));
        TensorBatch texts = TensorBatch.of("input", Tensor.ofStrings(Shape.of(2), "a", "bb"));

        TensorBatch outputs = model.run(List.of(texts, texts));

        assertThat(outputs.tensor("output").toStrings()).containsExactly("a", "bb", "a", "bb");
    }

    @Test
    void describesItsRows() throws Exception {
        LoadedModel model =
                load(SimulatedModel.named("pixels").ofRows(DataType.UINT8, Shape.of(4, 4)));

        assertThat(model.signature().inputs())
                .containsExactly(new TensorSpec("input", DataType.UINT8, Shape.of(-1, 4, 4)));
        assertThat(model.signature().outputs())
                .containsExactly(new TensorSpec("output", DataType.UINT8, Shape.of(-1, 4, 4)));
    }

    @Test
    void takesTheBaseTimeAndTheTimeOfEachRow() throws Exception {
        LoadedModel model =
                load(SimulatedModel.named("slow").taking(MILLI.multipliedBy(10), MILLI));

        long nanos = nanosOf(() -> model.run(List.of(floats(1, 2), floats(3, 4, 5))));

        assertThat(nanos).isGreaterThanOrEqualTo(MILLI.multipliedBy(15).toNanos());
    }

    @Test
    void takesItsTimeToLoad() throws Exception {
        SimulatedModel slow =
                SimulatedModel.named("slow").loading(MILLI.multipliedBy(20), MemorySize.ZERO);

        assertThat(nanosOf(() -> load(slow)))
                .isGreaterThanOrEqualTo(MILLI.multipliedBy(20).toNanos());
    }

    @Test
    void usesNoProcessorWhileItComputes() throws Exception {
        LoadedModel model =
                load(SimulatedModel.named("slow").taking(MILLI.multipliedBy(200), Duration.ZERO));
        model.run(List.of(floats(1))).close();
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

        model.run(List.of(floats(1))).close();

        long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        assertThat(Duration.ofNanos(used)).isLessThan(MILLI.multipliedBy(50));
    }

    @Test
    void failsTheScriptedRuns() throws Exception {
        LoadedModel model = load(SimulatedModel.named("flaky").failingRuns(2, 3));

        model.run(List.of(floats(1))).close();
        for (int run = 2; run <= 3; run++) {
            assertThatThrownBy(() -> model.run(List.of(floats(1))))
                    .isInstanceOf(ModelRunException.class)
                    .hasMessage(
                            "Cannot run simulated model 'flaky': run %d is told to fail."
                                    .formatted(run));
        }
        model.run(List.of(floats(1))).close();
    }

    @Test
    void countsTheRunsOfEachCopy() throws Exception {
        SimulatedModel flaky = SimulatedModel.named("flaky").failingRuns(2);
        load(flaky).run(List.of(floats(1))).close();

        load(flaky).run(List.of(floats(1))).close();
    }

    @Test
    void failsToLoadIfTold() {
        assertThatThrownBy(() -> load(SimulatedModel.named("broken").failingToLoad()))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage("Cannot load simulated model 'broken': it is told to fail.");
    }

    @Test
    void fitsIntoItsShareOfTheDevice() throws Exception {
        SimulatedModel model = ofMemory("100 bytes");

        assertThat(runtime.load(model.ref(), device(100, 1_000)).memoryBytes()).isEqualTo(100);
        assertThatThrownBy(() -> runtime.load(model.ref(), device(99, 1_000)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load simulated model 'large' on gpu-0: it takes 100 bytes of 99.");
    }

    @Test
    void fitsIntoTheWholeDeviceWithoutACap() throws Exception {
        SimulatedModel model = ofMemory("1000 bytes");

        assertThat(runtime.load(model.ref(), device(0, 1_000)).memoryBytes()).isEqualTo(1_000);
        assertThat(runtime.load(model.ref(), ModelDevice.cpu()).memoryBytes()).isEqualTo(1_000);
        assertThatThrownBy(() -> runtime.load(model.ref(), device(0, 999)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageEndingWith("it takes 1000 bytes of 999.");
    }

    @Test
    void aReferenceCarriesTheWholeDescription() throws Exception {
        SimulatedModel model =
                SimulatedModel.named("full")
                        .ofRows(DataType.INT64, Shape.of(2, Shape.UNKNOWN))
                        .taking(Duration.ofNanos(1_500), Duration.ofSeconds(2))
                        .loading(Duration.ofMillis(3), MemorySize.parse("5 kb"))
                        .failingRuns(4, 2)
                        .failingToLoad();
        SimulatedModel scalarRows = SimulatedModel.named("x").ofRows(DataType.BOOL, Shape.scalar());

        assertThat(SimulatedModel.from(model.ref())).isEqualTo(model);
        assertThat(SimulatedModel.from(scalarRows.ref())).isEqualTo(scalarRows);
    }

    @Test
    void isLabelledAsSimulated() {
        assertThat(SimulatedModel.named("any").ref()).hasToString("simulated:any#serving_default");
        assertThat(runtime.name()).isEqualTo("simulated");
    }

    private LoadedModel load(SimulatedModel model) throws ModelLoadException {
        return runtime.load(model.ref(), ModelDevice.cpu());
    }

    private static SimulatedModel ofMemory(String memory) {
        return SimulatedModel.named("large").loading(Duration.ZERO, MemorySize.parse(memory));
    }

    private static ModelDevice device(long memoryCap, long memory) {
        return new ModelDevice("gpu-0", ModelDevice.Kind.SIMULATED_GPU, 0, memoryCap, memory);
    }

    private static TensorBatch floats(float... values) {
        return TensorBatch.of("input", column(values));
    }

    private static Tensor column(float... values) {
        return Tensor.ofFloats(Shape.of(values.length, 1), values);
    }

    private static long nanosOf(ThrowingRunnable work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }
}
