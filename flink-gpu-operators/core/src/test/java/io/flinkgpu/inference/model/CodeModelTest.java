package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model whose location is its runtime's own affair, and names one file. */
@Timeout(60)
class CodeModelTest {

    private static final ModelUse USE = new ModelUse(8, 1, Duration.ofMinutes(10));
    private static final String SHA256_OF_2 =
            "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35";

    @TempDir private Path directory;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final FactorRuntime factors = new FactorRuntime();
    private final ModelHost host = new ModelHost(List.of(new CodeRuntime()), timer);

    @BeforeEach
    void writeFirst() throws IOException {
        write(2, "2020-01-01T00:00:00Z");
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void isFoundWarmAsLongAsItsFileStays() throws Exception {
        assertThat(answer(code())).isEqualTo(2);
        assertThat(answer(code())).isEqualTo(2);

        assertThat(host.modelsLoaded()).isEqualTo(1);
    }

    @Test
    void isLoadedAnewWhenItsFileHasChanged() throws Exception {
        assertThat(answer(code())).isEqualTo(2);
        ModelVersion before = host.versions(code()).get(1L);

        write(3, "2020-01-01T00:00:01Z");

        assertThat(answer(code())).isEqualTo(3);
        assertThat(host.versions(code()).get(1L)).isNotEqualTo(before);
        assertThat(host.versions(code()).get(1L).ref()).isEqualTo(code());
    }

    @Test
    void isRefusedIfItsFileChangesWhileItIsLoaded() {
        factors.whenLoading(() -> write(3, "2020-01-01T00:00:01Z"));

        assertRefused(code(), "its files changed while they were read");
    }

    @Test
    void hasTheChecksumOfItsFile() throws Exception {
        assertThat(answer(code().withSha256(SHA256_OF_2))).isEqualTo(2);
        assertRefused(
                code().withSha256("0".repeat(64)),
                "its SHA-256 is " + SHA256_OF_2 + " and not " + "0".repeat(64));
    }

    @Test
    void isRefusedIfItsFileIsMissing() throws Exception {
        Files.delete(directory.resolve(FactorRuntime.FILE));

        assertRefused(
                code(), "Cannot load model '%s': there is no such file".formatted(location()));
    }

    @Test
    void isRefusedWithAChecksumIfItHasNoFile() throws Exception {
        assertThat(answer(code().withLocation("five"))).isEqualTo(5);
        assertRefused(
                code().withLocation("five").withSha256(SHA256_OF_2), "its checksum is unknown");
    }

    @Test
    void isRefusedIfItIsInvalid() {
        assertRefused(code().withLocation("invalid"), "Cannot load model 'invalid': no.");
        assertThatThrownBy(() -> host.versions(code().withLocation("invalid")))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage("Cannot load model 'invalid': no.");
    }

    private void assertRefused(ModelRef model, String reason) {
        assertThatThrownBy(() -> answer(model))
                .hasCauseInstanceOf(ModelLoadException.class)
                .hasMessageContaining(reason);
    }

    private int answer(ModelRef model) throws Exception {
        try (ModelClient client = host.acquire(model, ModelDevice.cpu(), USE)) {
            client.ready().get(20, TimeUnit.SECONDS);
            TensorBatch one = TensorBatch.of("x", Tensor.ofInts(Shape.of(1, 1), 1));
            try (TensorBatch outputs = client.infer(one).get(20, TimeUnit.SECONDS).outputs()) {
                return new TensorRow(outputs).ints()[0];
            }
        }
    }

    private ModelRef code() {
        return new ModelRef(CodeRuntime.NAME, location(), ModelRef.DEFAULT_SIGNATURE, Map.of());
    }

    private String location() {
        return directory.resolve(FactorRuntime.FILE) + CodeRuntime.END;
    }

    private void write(int factor, String time) throws IOException {
        Path file = directory.resolve(FactorRuntime.FILE);
        Files.writeString(file, Integer.toString(factor));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
    }

    /** Reads a factor from {@code FILE:Factor}; {@code five} is in no file. */
    private final class CodeRuntime implements ModelRuntime {

        private static final String NAME = "code";
        private static final String END = ":Factor";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Optional<Path> codeFile(ModelRef model) throws ModelLoadException {
            if (model.location().equals("invalid")) {
                throw new ModelLoadException("Cannot load model 'invalid': no.");
            }
            return model.location().endsWith(END) ? Optional.of(file(model)) : Optional.empty();
        }

        @Override
        public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
            return codeFile(model).isPresent()
                    ? factors.load(FactorRuntime.ref(file(model).getParent()), device)
                    : FactorRuntime.loaded(5);
        }

        private static Path file(ModelRef model) {
            return Path.of(model.location().replace(END, ""));
        }
    }
}
