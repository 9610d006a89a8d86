package io.flinkgpu.inference.python;

import static io.flinkgpu.inference.python.PythonInterpreters.model;
import static io.flinkgpu.inference.python.PythonModels.batch;
import static io.flinkgpu.inference.python.PythonModels.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ErrorClasses;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.OutputShapeException;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What code gets and what becomes of its answers; the code is in src/test/python/models.py. */
@Timeout(120)
class LoadedPythonModelTest {

    private final PythonModels models = new PythonModels();

    @BeforeEach
    void requirePython() {
        PythonInterpreters.assumeNumpy();
    }

    @AfterEach
    void close() {
        models.close();
    }

    @Test
    void givesAndTakesEveryElementType() throws Exception {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (DataType type : DataType.values()) {
            if (type.isFixedSize() && type != DataType.BFLOAT16) {
                byte[] ones = new byte[6 * type.byteSize()];
                Arrays.fill(ones, (byte) 1);
                tensors.put(type.name(), Tensor.wrap(type, Shape.of(2, 3), ByteBuffer.wrap(ones)));
            }
        }
        tensors.put("text", Tensor.ofStrings(Shape.of(2, 1), "ä", ""));
        LoadedPythonModel echo = models.load("echo");

        TensorBatch outputs = echo.run(List.of(TensorBatch.of(tensors)));

        assertThat(outputs.tensors()).isEqualTo(tensors);
        assertThat(echo.signature().inputs())
                .contains(new TensorSpec("INT8", DataType.INT8, Shape.ofUnknownRank()));
        outputs.close();
    }

    @Test
    void aBfloat16IsAFloatWhereNumpyHasNoSuchType() throws Exception {
        Tensor bits =
                Tensor.wrap(
                        DataType.BFLOAT16,
                        Shape.of(2),
                        ByteBuffer.wrap(new byte[] {(byte) 0x80, 0x3f, 0x20, (byte) 0xc1}));

        TensorBatch outputs = models.load("echo").run(List.of(TensorBatch.of("x", bits)));

        if (outputs.tensor("x").dataType() == DataType.BFLOAT16) {
            assertThat(outputs.tensor("x")).isEqualTo(bits);
        } else {
            assertThat(outputs.tensor("x").toFloats()).containsExactly(1f, -10f);
        }
        outputs.close();
    }

    @Test
    void axesOfLengthZeroKeepTheirShape() throws Exception {
        TensorBatch empty =
                TensorBatch.of(
                        Map.of(
                                "a", Tensor.ofFloats(Shape.of(2, 0, 3)),
                                "b", Tensor.ofStrings(Shape.of(2, 0))));
        LoadedPythonModel echo = models.load("echo");

        TensorBatch outputs = echo.run(List.of(empty));

        assertThat(outputs.tensors()).isEqualTo(empty.tensors());
        outputs.close();
    }

    @Test
    void joinsThePartsOfABatch() throws Exception {
        LoadedPythonModel echo = models.load("echo");

        TensorBatch outputs = echo.run(List.of(batch(1, 2), batch(3), batch(4, 5)));

        assertThat(outputs.tensor("data").toInts()).containsExactly(1, 2, 3, 4, 5);
        outputs.close();
    }

    @Test
    void aDeclarationIsTheSignature() throws Exception {
        LoadedPythonModel scale =
                models.load(
                        model("Scale")
                                .argument("factor", 2.5)
                                .argument("note", "say \"hi\"\n")
                                .argument("enabled", true)
                                .argumentOfJson("tags", "[\"a\", null, 1]"));

        assertThat(scale.signature().inputs())
                .containsExactly(new TensorSpec("x", DataType.FLOAT32, Shape.of(-1, 2)));
        assertThat(scale.signature().outputs())
                .containsExactly(
                        new TensorSpec("y", DataType.FLOAT32, Shape.of(-1, 2)),
                        new TensorSpec("note", DataType.BYTES, Shape.ofUnknownRank()));
        TensorBatch outputs =
                run(scale, TensorBatch.of("x", Tensor.ofFloats(Shape.of(1, 2), 1f, -2f)));
        assertThat(outputs.tensor("y").toFloats()).containsExactly(2.5f, -5f);
        assertThat(outputs.tensor("note").toStrings())
                .containsExactly("say \"hi\"\n ['a', None, 1]");
        outputs.close();
    }

    private String threads(PythonModel code) throws Exception {
        try (TensorBatch outputs = run(models.load(code), batch(0))) {
            return outputs.tensor("text").toStrings()[0].split(";", -1)[4];
        }
    }

    @Test
    void stringsAreBytesUnlessTheyAreText() throws Exception {
        TensorBatch strings =
                TensorBatch.of(
                        Map.of(
                                "review", Tensor.ofStrings(Shape.of(1), "gut"),
                                "image", Tensor.ofStrings(Shape.of(1), "x")));

        TensorBatch outputs = run(models.load(model("kinds").text("review")), strings);

        assertThat(outputs.tensor("kinds").toStrings()[0])
                .contains("'review': 'object str'")
                .contains("'image': 'object bytes'");
        outputs.close();
    }

    @Test
    void tellsTheWorkerOfItsDeviceAndItsShare(@TempDir Path directory) throws Exception {
        ModelDevice half = new ModelDevice("GPU-17", ModelDevice.Kind.GPU, 3, 1000, 2000);
        PythonModel code =
                model("environment")
                        .workers(2)
                        .environment("GREETING", "hello")
                        .environment("CUDA_VISIBLE_DEVICES", "all")
                        .workingDirectory(directory.toString());

        TensorBatch onGpu = run(models.load(code, half), batch(0));
        TensorBatch onCpu = run(models.load(code), batch(0));

        assertThat(onGpu.tensor("text").toStrings())
                .containsExactly("GPU-17;500;0.250000;hello;1;" + directory.toRealPath());
        assertThat(onCpu.tensor("text").toStrings())
                .containsExactly(";-;-;hello;1;" + directory.toRealPath());
    }

    @Test
    void limitsTheThreadsOfLibrariesUnlessToldOtherwise() throws Exception {
        assertThat(threads(model("environment"))).isEqualTo("1");
        assertThat(threads(model("environment").threads(4))).isEqualTo("4");
        assertThat(threads(model("environment").threads(0))).isEqualTo("-");
        assertThat(threads(model("environment").environment("OMP_NUM_THREADS", "2")))
                .isEqualTo("2");
    }

    @Test
    void usesSharedMemoryAgainAndLeavesNoFile(@TempDir Path directory) throws Exception {
        LoadedPythonModel echo =
                models.load(
                        model("echo")
                                .sharedMemory(directory.toString(), MemorySize.ofMebiBytes(8)));

        for (int size : new int[] {10, 200_000, 100, 300_000, 10}) {
            int[] rows = IntStream.range(0, size).toArray();
            TensorBatch outputs = run(echo, batch(rows));
            assertThat(outputs.tensor("data").toInts()).isEqualTo(rows);
            outputs.close();
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void goesThroughTheSocketWhereThereIsNoRoom() throws Exception {
        int[] rows = IntStream.range(0, 1_000_000).toArray();
        for (PythonModel code :
                List.of(
                        model("echo").sharedMemory("/dev/shm", MemorySize.ZERO),
                        model("echo").sharedMemory("/no/such", MemorySize.ofMebiBytes(64)))) {
            TensorBatch outputs = run(models.load(code), batch(rows));
            assertThat(outputs.tensor("data").toInts()).isEqualTo(rows);
            outputs.close();
        }
    }

    @Test
    void codeMayKeepItsArrays() throws Exception {
        LoadedPythonModel hoarder = models.load("Hoarder");

        List<Long> sums = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            TensorBatch outputs = run(hoarder, batch(i));
            sums.add(outputs.tensor("sum").toLongs()[0]);
        }

        assertThat(sums).containsExactly(1L, 3L, 6L, 10L);
    }

    @Test
    void asyncCodeHasSeveralBatchesAtOnce() throws Exception {
        LoadedPythonModel rendezvous = models.load(model("Rendezvous").maxConcurrency(2));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CompletableFuture<TensorBatch> one = async(rendezvous, threads, 1);
            CompletableFuture<TensorBatch> two = async(rendezvous, threads, 2);

            assertThat(one.get().tensor("sum").toInts()).containsExactly(3);
            assertThat(two.get().tensor("sum").toInts()).containsExactly(3);
        } finally {
            threads.shutdown();
        }
        assertThat(rendezvous.runsAtOnce()).isEqualTo(2);
    }

    @Test
    void sharesBatchesAmongItsWorkers() throws Exception {
        LoadedPythonModel pid = models.load(model("pid").workers(2));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<TensorBatch>> answers =
                    IntStream.range(0, 200).mapToObj(i -> async(pid, threads, i)).toList();
            List<Long> workers =
                    answers.stream()
                            .map(CompletableFuture::join)
                            .map(outputs -> outputs.tensor("pid").toLongs()[0])
                            .distinct()
                            .toList();

            assertThat(workers)
                    .containsExactlyInAnyOrderElementsOf(
                            pid.workers().stream().map(WorkerProcess::pid).toList());
        } finally {
            threads.shutdown();
        }
        assertThat(pid.runsAtOnce()).isEqualTo(4);
        assertThat(pid.memoryBytes()).isPositive();
    }

    @Test
    void manyThreadsGetEachTheirOwnAnswer() throws Exception {
        LoadedPythonModel echo = models.load(model("echo"));
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<CompletableFuture<TensorBatch>> answers =
                    IntStream.range(0, 500).mapToObj(i -> async(echo, threads, i)).toList();

            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).join().tensor("data").toInts()).containsExactly(i);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anAnswerThatIsNoneIsTheModelsFault() throws Exception {
        for (Map.Entry<String, String> code :
                Map.of(
                                "returns_list", "returned list: it must return a dict of arrays",
                                "returns_complex", "output 'y' has dtype complex128",
                                "asks_for_image", "the batch has no 'image', but ['data']")
                        .entrySet()) {
            LoadedPythonModel loaded = models.load(code.getKey());
            assertThatThrownBy(() -> run(loaded, batch(1)))
                    .hasMessageContaining(code.getValue())
                    .satisfies(
                            failure ->
                                    assertThat(ErrorClasses.of(failure))
                                            .isEqualTo(ErrorClass.MODEL_LOAD));
        }
    }

    @Test
    void anAnswerHasOneRowForEachRow() throws Exception {
        LoadedPythonModel loaded = models.load("drops_a_row");

        assertThatThrownBy(() -> run(loaded, batch(1, 2, 3)))
                .isInstanceOf(OutputShapeException.class)
                .hasMessageContaining("output 'y' has shape [2] for a batch of 3 rows");
    }

    @Test
    void laterAnswersAreHeldToTheFirst() throws Exception {
        LoadedPythonModel fickle = models.load("Fickle");
        run(fickle, batch(1)).close();

        assertThatThrownBy(() -> run(fickle, batch(1)))
                .hasMessageContaining(
                        "it answered with {z=int32[1]} where its outputs are {y=[...] int32}");
    }

    private static CompletableFuture<TensorBatch> async(
            LoadedPythonModel model, ExecutorService threads, int row) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return run(model, batch(row));
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                },
                threads);
    }
}
