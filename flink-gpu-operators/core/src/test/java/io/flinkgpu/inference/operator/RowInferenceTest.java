package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.pool.MembershipListener;
import io.flinkgpu.inference.pool.MembershipWatch;
import io.flinkgpu.inference.reuse.ReuseConfig;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the thread that callers meet. */
@Timeout(30)
class RowInferenceTest {

    private final ManualModelClient client = new ManualModelClient().answeringAtOnce();

    @Test
    void answersManyRowsFromManyThreads() throws Exception {
        client.becomeReady();
        try (RowInference<Integer, String> inference = open(64)) {
            List<CompletableFuture<String>> answers =
                    IntStream.range(0, 20_000).parallel().mapToObj(inference::infer).toList();

            for (int row = 0; row < answers.size(); row++) {
                assertThat(answers.get(row).get(20, TimeUnit.SECONDS))
                        .isEqualTo(Integer.toString(row));
            }
        }
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void aCallerOfOneRowNeverWaitsForADelay() throws Exception {
        client.becomeReady();
        try (RowInference<Integer, String> inference = open(1)) {
            for (int row = 0; row < 100; row++) {
                assertThat(inference.infer(row).get(20, TimeUnit.SECONDS))
                        .isEqualTo(Integer.toString(row));
            }
        }
    }

    @Test
    void failsRowsAfterItIsClosed() throws Exception {
        RowInference<Integer, String> inference = open(64);
        inference.close();
        inference.close();

        assertThatThrownBy(inference.infer(1)::join)
                .cause()
                .isInstanceOf(InferenceException.class)
                .hasMessage("Cannot infer row: its inference was closed.");
    }

    @Test
    void failsRowsWithTheReasonThatEndedIt() throws Exception {
        client.failToLoad(new ModelLoadException("no such file"));
        try (RowInference<Integer, String> inference = open(64)) {
            assertThatThrownBy(() -> inference.infer(1).get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(InferenceException.class)
                    .hasMessage("no such file");
            assertThatThrownBy(() -> inference.infer(2).get(20, TimeUnit.SECONDS))
                    .cause()
                    .hasMessage("no such file");
        }
    }

    @Test
    void letsGoOfTheModelWhereItsPoolsCannotBeWatched() {
        NoClassDefFoundError missing = new NoClassDefFoundError("com/example/Discovery");
        ModelClientProvider unwatched =
                new ModelClientProvider() {
                    @Override
                    public ModelClient connect(SubtaskPlace subtask) {
                        return client;
                    }

                    @Override
                    public MembershipWatch watchPools(
                            Configuration options, MembershipListener listener) {
                        throw missing;
                    }
                };

        assertThatThrownBy(() -> RowInference.open(spec(unwatched, null), context(1)))
                .isSameAs(missing);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void letsGoOfTheModelWhereMetricsCannotBeShown() {
        LinkageError broken = new LinkageError("broken reporter");
        IllegalStateException stuck = new IllegalStateException("stuck");
        client.failToClose(stuck);
        UnregisteredMetricsGroup metrics =
                new UnregisteredMetricsGroup() {
                    @Override
                    public MetricGroup addGroup(String name) {
                        throw broken;
                    }
                };

        assertThatThrownBy(
                        () ->
                                RowInference.open(
                                        spec(null),
                                        new RowInferenceContext(new TestingPlace(), metrics, 1)))
                .isSameAs(broken)
                .hasSuppressedException(stuck);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void refusesReuse() {
        InferenceSpec<Integer, String> reusing =
                spec(
                        new ReuseSpec<>(
                                new RowContent<>((row, writer) -> {}, null),
                                new ReuseConfig(true, Duration.ofDays(1), 10, "")));

        assertThatThrownBy(() -> RowInference.open(reusing, context(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid reuse:");
    }

    @Test
    void refusesACallerWithoutRoom() {
        assertThatThrownBy(() -> context(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid capacity: 0. It must be at least 1.");
    }

    private RowInference<Integer, String> open(int capacity) throws Exception {
        return RowInference.open(spec(null), context(capacity));
    }

    private static RowInferenceContext context(int capacity) {
        return new RowInferenceContext(
                new TestingPlace(), new UnregisteredMetricsGroup(), capacity);
    }

    private InferenceSpec<Integer, String> spec(ReuseSpec<Integer> reuse) {
        return spec(place -> client, reuse);
    }

    private static InferenceSpec<Integer, String> spec(
            ModelClientProvider clients, ReuseSpec<Integer> reuse) {
        return new InferenceSpec<>(
                clients,
                (row, writer) -> writer.ints("", Shape.scalar(), row),
                (row, answer) -> Integer.toString(answer.ints()[0]),
                InferenceConfig.defaults(),
                0,
                null,
                Map.of(),
                new ErrorHandling<>(ErrorPolicy.always(ErrorAction.DEAD_LETTER), null, null),
                reuse);
    }
}
