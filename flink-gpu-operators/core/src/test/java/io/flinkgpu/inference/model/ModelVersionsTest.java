package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.model.simulated.SimulatedRuntime;
import io.flinkgpu.inference.model.store.FarawayFileSystem;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.model.store.ModelStore;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models in numbered directories, here and elsewhere. */
@Timeout(60)
class ModelVersionsTest {

    private static final ModelUse USE = new ModelUse(8, 1, Duration.ofMinutes(10));

    @TempDir private Path models;
    @TempDir private Path cache;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private ModelHost host;

    @BeforeEach
    void makeVersions() throws IOException {
        write("digits/2", 2);
        write("digits/10", 10);
        host =
                new ModelHost(
                        List.of(new FactorRuntime(), new SimulatedRuntime()),
                        new ModelStore(new ModelCacheConfig(cache, 1 << 20)),
                        timer);
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void theLatestAnswersUnlessAnotherIsAskedFor() throws Exception {
        assertThat(answer(here())).isEqualTo(new Answer(10, "10"));
        assertThat(answer(here().withVersion(ModelRef.LATEST))).isEqualTo(new Answer(10, "10"));
        assertThat(answer(here().withVersion(2))).isEqualTo(new Answer(2, "2"));
        assertThat(answer(FactorRuntime.ref(models.resolve("digits/2"))))
                .isEqualTo(new Answer(2, "2"));
    }

    @Test
    void aNewOneAnswersTheNextClient() throws Exception {
        assertThat(answer(here())).isEqualTo(new Answer(10, "10"));

        write("digits/11", 11);

        assertThat(answer(here())).isEqualTo(new Answer(11, "11"));
    }

    @Test
    void areFetchedFromElsewhere() throws Exception {
        ModelRef away = FactorRuntime.ref(FarawayFileSystem.address(models.resolve("digits")));

        assertThat(answer(away)).isEqualTo(new Answer(10, "10"));
        assertThat(answer(away.withVersion(2))).isEqualTo(new Answer(2, "2"));
        assertThat(cache.resolve("whole").toFile().list()).hasSize(2);
    }

    @Test
    void aModelWithoutVersionsIsTheFirst() throws Exception {
        write("single", 5);

        assertThat(answer(FactorRuntime.ref(models.resolve("single"))))
                .isEqualTo(new Answer(5, "1"));
    }

    @Test
    void namesTheVersionsThatThereAre() {
        assertThatThrownBy(() -> ready(here().withVersion(3)))
                .hasCauseInstanceOf(ModelLoadException.class)
                .hasMessageContaining(
                        "Cannot load model '%s': it has no version 3 but [2, 10]."
                                .formatted(models.resolve("digits")));
    }

    @Test
    void refusesAModelOfAnotherChecksum() {
        ModelRef checked = here().withSha256("0".repeat(64));

        assertThatThrownBy(() -> ready(checked))
                .hasCauseInstanceOf(ModelLoadException.class)
                .hasMessageMatching(
                        "(?s).*Cannot load model '.*/digits/10': its SHA-256 is [0-9a-f]{64} and not 0{64}, as asked for\\.");
    }

    @Test
    void saysWhereElsewhereHoldsNoModel() {
        String nowhere = FarawayFileSystem.address(models.resolve("nothing"));

        assertThatThrownBy(() -> ready(FactorRuntime.ref(nowhere)))
                .hasCauseInstanceOf(ModelLoadException.class)
                .hasMessageContaining(
                        "Cannot load model '%s': it holds neither one of [factor.txt] nor numbered versions."
                                .formatted(nowhere));
    }

    @Test
    void leavesToTheRuntimeWhatALocalDirectoryMisses() {
        assertThatThrownBy(() -> ready(FactorRuntime.ref(models.resolve("nothing"))))
                .hasCauseInstanceOf(ModelLoadException.class)
                .hasMessageContaining("NoSuchFileException");
    }

    @Test
    void areListedWithWhatTellsThemApart() throws Exception {
        assertThat(host.versions(here()).keySet()).containsExactly(2L, 10L);
        assertThat(host.versions(here().withVersion(2)).keySet()).containsExactly(2L);
        assertThat(host.versions(here().withVersion("latest")).keySet()).containsExactly(10L);
        ModelVersion before = host.versions(here()).get(2L);

        write("digits/2", 300);

        assertThat(host.versions(here()).get(2L).ref()).isEqualTo(before.ref());
        assertThat(host.versions(here()).get(2L)).isNotEqualTo(before);
    }

    @Test
    void areTheRuntimesOwnAffairWhereItReadsNoFiles() throws Exception {
        ModelRef model = SimulatedModel.named("echo").ref();

        assertThat(host.versions(model)).isEqualTo(Map.of(1L, new ModelVersion(1, model, "")));
    }

    @Test
    void requestsWaitWhileTheFilesAreLookedFor() throws Exception {
        try (LocalModelClient client = host.acquire(here(), ModelDevice.cpu(), USE)) {
            CompletableFuture<InferenceResult> cancelled = client.infer(batch());
            CompletableFuture<InferenceResult> answered = client.infer(batch());
            CompletableFuture<InferenceResult> late =
                    client.infer(batch(), Deadline.after(Duration.ZERO));
            cancelled.cancel(false);

            assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(DeadlineExceededException.class);
            assertThat(answered.get(20, TimeUnit.SECONDS).outputs().rows()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatIsClosedAtOnceLetsGo() throws Exception {
        LocalModelClient client = host.acquire(here(), ModelDevice.cpu(), USE);
        CompletableFuture<InferenceResult> asked = client.infer(batch());
        client.close();

        assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                .hasMessageContaining("its client was closed");
        assertThat(answer(here())).isEqualTo(new Answer(10, "10"));
        assertThat(host.modelsHeld()).isEqualTo(1);
    }

    private record Answer(int factor, String version) {}

    private Answer answer(ModelRef model) throws Exception {
        try (ModelClient client = host.acquire(model, ModelDevice.cpu(), USE)) {
            InferenceResult result = client.infer(batch()).get(20, TimeUnit.SECONDS);
            try (TensorBatch outputs = result.outputs()) {
                return new Answer(new TensorRow(outputs).ints()[0], result.modelVersion());
            }
        }
    }

    private void ready(ModelRef model) throws Exception {
        try (ModelClient client = host.acquire(model, ModelDevice.cpu(), USE)) {
            client.ready().get(20, TimeUnit.SECONDS);
        }
    }

    private ModelRef here() {
        return FactorRuntime.ref(models.resolve("digits"));
    }

    private static TensorBatch batch() {
        return TensorBatch.of("x", Tensor.ofInts(Shape.of(1, 1), 1));
    }

    private void write(String name, int factor) throws IOException {
        Path directory = Files.createDirectories(models.resolve(name));
        Files.writeString(directory.resolve(FactorRuntime.FILE), Integer.toString(factor));
    }
}
