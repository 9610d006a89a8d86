package io.flinkgpu.inference.python;

import static io.flinkgpu.inference.python.PythonInterpreters.EXECUTABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages about Python show code that runs, and so do the examples of the distribution. */
@Timeout(120)
class DocumentedCodeTest {

    private static final Path JOBS =
            Path.of("src/test/java/io/flinkgpu/inference/python/DocumentedJobs.java");
    private static final Path ENGINE =
            Path.of("../../deploy/cli/src/main/dist/examples/python/engine.py");

    @TempDir private Path directory;

    @Test
    void quotesTheJobsThatAreCompiled() throws IOException {
        List<String> jobs =
                Pattern.compile("        // begin\n(.*?)        // end\n", Pattern.DOTALL)
                        .matcher(Files.readString(JOBS))
                        .results()
                        .map(match -> match.group(1).stripTrailing().stripIndent() + "\n")
                        .toList();

        assertThat(new DocumentedCode().java()).containsExactlyElementsOf(jobs);
    }

    @Test
    void showsClassesThatRun() throws Exception {
        PythonInterpreters.assumeNumpy();
        DocumentedCode documented = new DocumentedCode();
        documented.writeFiles(directory);
        assertThat(documented.files()).containsOnlyKeys("scale.py", "classify.py", "sentiment.py");

        try (PythonModels models = new PythonModels()) {
            LoadedPythonModel scale =
                    LoadedPythonModel.load(
                            DocumentedJobs.scale(directory),
                            ModelDevice.cpu(),
                            PythonConfig.from(DocumentedJobs.scale(directory)));
            TensorBatch scaled =
                    PythonModels.run(
                            scale, TensorBatch.of("data", Tensor.ofFloats(Shape.of(2), 1f, 2f)));
            scale.close();
            assertThat(scaled.tensor("scaled").toFloats()).containsExactly(2.5f, 5f);

            TensorBatch labels =
                    PythonModels.run(
                            models.load(code("classify.py:Classify")),
                            TensorBatch.of(
                                    Map.of(
                                            "image",
                                                    Tensor.ofFloats(
                                                            Shape.of(1, 2, 2, 1), 1, 2, 3, 4),
                                            "title", Tensor.ofStrings(Shape.of(1), "four"))));
            assertThat(labels.tensor("label").toLongs()).containsExactly(4);
        }
    }

    @Test
    void theEngineAnswersPromptsOfSeveralBatchesInOneStep() throws Exception {
        PythonInterpreters.assumeNumpy();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (PythonModels models = new PythonModels()) {
            LoadedPythonModel generator =
                    models.load(
                            PythonModel.of(ENGINE.toAbsolutePath().normalize() + ":Generator")
                                    .executable(EXECUTABLE)
                                    .argument("step_seconds", 0.2)
                                    .maxConcurrency(4));
            List<CompletableFuture<TensorBatch>> answers =
                    IntStream.range(0, 4)
                            .mapToObj(i -> ask(generator, threads, "prompt " + i))
                            .toList();

            for (int i = 0; i < 4; i++) {
                assertThat(answers.get(i).get().tensor("answer").toStrings())
                        .containsExactly(i + " tpmorp");
            }
            assertThat(answers)
                    .anySatisfy(
                            answer ->
                                    assertThat(answer.join().tensor("step").toInts()[0])
                                            .isGreaterThan(1));
        } finally {
            threads.shutdown();
        }
    }

    private PythonModel code(String name) {
        return PythonModel.of(directory.resolve(name).toString()).executable(EXECUTABLE);
    }

    private static CompletableFuture<TensorBatch> ask(
            LoadedPythonModel model, ExecutorService threads, String prompt) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return PythonModels.run(
                                model,
                                TensorBatch.of("prompt", Tensor.ofStrings(Shape.of(1), prompt)));
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                },
                threads);
    }
}
