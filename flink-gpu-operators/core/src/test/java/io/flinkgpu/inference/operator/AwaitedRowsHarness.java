package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.DefaultValue;
import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Rows that wait for a manual model, in the test's thread: integers in, strings out. */
final class AwaitedRowsHarness {

    final ManualModelClient client = new ManualModelClient();
    final ManualSubtaskThread thread = new ManualSubtaskThread(this::failed);
    final AwaitedRows<Integer, String> rows;

    /** The rows whose futures are done, in their order. */
    final List<Integer> done = new ArrayList<>();

    private AwaitedRowsHarness(InferenceSpec<Integer, String> spec) {
        rows =
                new AwaitedRows<>(
                        spec,
                        client,
                        new SubtaskContext(
                                "test",
                                thread,
                                new InferenceMetrics(new UnregisteredMetricsGroup()),
                                WorkCounts.unkept(),
                                FaultEvents.ofProcess()));
        rows.begin();
    }

    static Builder builder() {
        return new Builder();
    }

    CompletableFuture<String> infer(int row) {
        CompletableFuture<String> future = new CompletableFuture<>();
        CompletableFuture<?> unused = future.whenComplete((answer, failure) -> done.add(row));
        rows.take(row, RowInference.completing(future));
        thread.runActions();
        return future;
    }

    List<CompletableFuture<String>> inferAll(int... values) {
        List<CompletableFuture<String>> futures = new ArrayList<>();
        for (int value : values) {
            futures.add(infer(value));
        }
        return futures;
    }

    void answer(int call) {
        client.call(call).answer();
        thread.runActions();
    }

    void fail(int call, Throwable cause) {
        client.call(call).fail(cause);
        thread.runActions();
    }

    void pass(Duration time) {
        thread.pass(time);
    }

    void close() {
        rows.close();
        thread.end();
    }

    private void failed(Throwable failure) {
        rows.end(failure);
        thread.end();
    }

    /** Settings; batches wait for an hour unless the test says otherwise. */
    static final class Builder {

        private final Configuration options =
                new Configuration().set(InferenceOptions.MAX_BATCH_DELAY, Duration.ofHours(1));
        private TensorEncoder<Integer> encoder =
                (row, writer) -> writer.ints("", Shape.scalar(), row);
        private TensorDecoder<Integer, String> decoder =
                (row, answer) -> Integer.toString(answer.ints()[0]);
        private ErrorAction action = ErrorAction.DEAD_LETTER;
        private DefaultValue<Integer, String> defaults;
        private int callersCapacity = 100;

        Builder batch(int size) {
            return option(InferenceOptions.MAX_BATCH_SIZE, size);
        }

        Builder callersCapacity(int rows) {
            callersCapacity = rows;
            return this;
        }

        Builder encode(TensorEncoder<Integer> rowEncoder) {
            encoder = rowEncoder;
            return this;
        }

        Builder decode(TensorDecoder<Integer, String> rowDecoder) {
            decoder = rowDecoder;
            return this;
        }

        Builder onError(ErrorAction then) {
            action = then;
            return this;
        }

        Builder defaultValue(DefaultValue<Integer, String> value) {
            defaults = value;
            return onError(ErrorAction.DEFAULT_VALUE);
        }

        <T> Builder option(ConfigOption<T> option, T value) {
            options.set(option, value);
            return this;
        }

        AwaitedRowsHarness open() {
            return new AwaitedRowsHarness(spec().withCapacity(callersCapacity));
        }

        private InferenceSpec<Integer, String> spec() {
            return new InferenceSpec<>(
                    place -> {
                        throw new IllegalStateException("The client is there.");
                    },
                    encoder,
                    decoder,
                    InferenceConfig.from(options),
                    0,
                    null,
                    Map.of(),
                    new ErrorHandling<>(ErrorPolicy.always(action), null, defaults));
        }
    }
}
