package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model whose files change while a copy of it is loaded. */
@Timeout(60)
class RetrainedModelTest {

    private static final ModelUse USE = new ModelUse(8, 1, Duration.ofMinutes(10));

    @TempDir private Path directory;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final FactorRuntime runtime = new FactorRuntime();
    private final ModelHost host = new ModelHost(List.of(runtime), timer);
    private long seconds = Instant.parse("2021-01-01T00:00:00Z").getEpochSecond();

    @BeforeEach
    void trainFirst() throws IOException {
        train(2, "2020-01-01T00:00:00Z");
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void isFoundWarmAsLongAsItsFilesStay() throws Exception {
        assertThat(answer()).isEqualTo(2);
        assertThat(answer()).isEqualTo(2);

        assertThat(host.modelsLoaded()).isEqualTo(1);
    }

    @Test
    void isLoadedAnewWithinItsLingerTime() throws Exception {
        assertThat(answer()).isEqualTo(2);

        train(3, "2020-01-01T00:00:01Z");

        assertThat(answer()).isEqualTo(3);
        assertThat(host.modelsLoaded()).isEqualTo(2);
    }

    @Test
    void leavesTheOldOneToThoseWhoHaveIt() throws Exception {
        try (ModelClient old = acquire()) {
            assertThat(answer(old)).isEqualTo(2);
            train(3, "2020-01-01T00:00:01Z");

            assertThat(answer()).isEqualTo(3);
            assertThat(answer(old)).isEqualTo(2);
            assertThat(host.modelsHeld()).isEqualTo(2);
        }

        await().until(() -> host.modelsHeld() == 1);
        assertThat(answer()).isEqualTo(3);
        assertThat(host.modelsLoaded()).isEqualTo(2);
    }

    @Test
    void answersAsAnotherOne() throws Exception {
        try (ModelClient old = acquire()) {
            assertThat(answer(old)).isEqualTo(2);
            ModelIdentity before = old.identity().orElseThrow();
            train(3, "2020-01-01T00:00:01Z");
            try (ModelClient retrained = acquire()) {
                assertThat(answer(retrained)).isEqualTo(3);

                assertThat(retrained.identity().orElseThrow()).isNotEqualTo(before);
                assertThat(retrained.identity().orElseThrow().version())
                        .isEqualTo(before.version());
                assertThat(old.identity()).contains(before);
            }
        }
    }

    @Test
    void hasTheChecksumOfTheFilesThatItWasLoadedFrom() throws Exception {
        try (ModelClient old = acquire()) {
            await().until(() -> old.checksum().isPresent());
            String before = old.checksum().orElseThrow();
            assertThat(answer(old)).isEqualTo(2);
            train(3, "2020-01-01T00:00:01Z");
            try (ModelClient retrained = acquire()) {
                assertThat(answer(retrained)).isEqualTo(3);

                await().until(() -> retrained.checksum().isPresent());
                assertThat(retrained.checksum().orElseThrow())
                        .matches("[0-9a-f]{64}")
                        .isNotEqualTo(before);
                assertThat(old.checksum()).contains(before);
            }
        }
    }

    @Test
    void takesThePlaceOfTheOldOneThatNobodyUses() throws Exception {
        assertThat(answer()).isEqualTo(2);
        train(3, "2020-01-01T00:00:01Z");

        assertThat(answer()).isEqualTo(3);

        assertThat(host.modelsHeld()).isEqualTo(1);
    }

    @Test
    void isTheSameWhereOnlyItsTimesChanged() throws Exception {
        assertThat(answer()).isEqualTo(2);

        await().untilAsserted(
                        () -> {
                            long loaded = host.modelsLoaded();
                            train(2, Instant.ofEpochSecond(++seconds).toString());
                            assertThat(answer()).isEqualTo(2);
                            assertThat(host.modelsLoaded()).isEqualTo(loaded);
                        });
    }

    @Test
    void isRefusedIfItChangesWhileItIsLoaded() throws Exception {
        runtime.whenLoading(() -> train(3, "2020-01-01T00:00:01Z"));

        try (ModelClient client = acquire()) {
            assertThatThrownBy(() -> client.ready().get(20, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "Cannot load model '%s': its files changed while they were read."
                                    .formatted(directory));
        }
        runtime.whenLoading(() -> {});

        assertThat(answer()).isEqualTo(3);
    }

    private int answer() throws Exception {
        try (ModelClient client = acquire()) {
            return answer(client);
        }
    }

    private ModelClient acquire() {
        return host.acquire(FactorRuntime.ref(directory), ModelDevice.cpu(), USE);
    }

    private static int answer(ModelClient client) throws Exception {
        CompletableFuture<InferenceResult> result =
                client.infer(TensorBatch.of("x", Tensor.ofInts(Shape.of(1, 1), 1)));
        try (TensorBatch outputs = result.get(20, TimeUnit.SECONDS).outputs()) {
            return new TensorRow(outputs).ints()[0];
        }
    }

    /** Files of one size: only their times tell them apart, as those of retrained weights. */
    private void train(int factor, String time) throws IOException {
        Path file = directory.resolve(FactorRuntime.FILE);
        Files.write(file, Integer.toString(factor).getBytes(StandardCharsets.UTF_8));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
    }
}
