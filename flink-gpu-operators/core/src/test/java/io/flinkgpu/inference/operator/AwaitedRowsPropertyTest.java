package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.configuration.MemorySize;

/** Every row's future is completed once, over random batches, answers, failures and endings. */
class AwaitedRowsPropertyTest {

    private static final int STEPS = 120;

    @Property(tries = 200)
    void everyFutureIsCompletedOnce(
            @ForAll @IntRange(min = 1, max = 7) int batchSize,
            @ForAll @IntRange(min = 1, max = 20) int callersCapacity,
            @ForAll @IntRange(min = 1, max = 64) int capacityBytes,
            @ForAll @IntRange(min = 0, max = 20) int delayMillis,
            @ForAll boolean failing,
            @ForAll boolean closedEarly,
            @ForAll long seed) {
        Random random = new Random(seed);
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .batch(batchSize)
                        .callersCapacity(callersCapacity)
                        .option(InferenceOptions.MAX_BATCH_DELAY, Duration.ofMillis(delayMillis))
                        .option(InferenceOptions.CAPACITY_BYTES, new MemorySize(capacityBytes))
                        .onError(failing ? ErrorAction.FAIL : ErrorAction.DEAD_LETTER)
                        .open();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    if (open(answers) < callersCapacity) {
                        answers.add(inference.infer(answers.size()));
                    }
                }
                case 2 -> settle(inference, random, false);
                case 3 -> settle(inference, random, true);
                default -> inference.pass(Duration.ofMillis(random.nextInt(30)));
            }
        }

        if (closedEarly) {
            inference.close();
        } else {
            drain(inference);
        }

        assertThat(answers).allMatch(CompletableFuture::isDone);
        assertThat(inference.done)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, answers.size()).boxed().toList());
        for (int row = 0; row < answers.size(); row++) {
            if (!answers.get(row).isCompletedExceptionally()) {
                assertThat(answers.get(row).join()).isEqualTo(Integer.toString(row));
            }
        }
    }

    private static int open(List<CompletableFuture<String>> answers) {
        return (int) answers.stream().filter(answer -> !answer.isDone()).count();
    }

    private static void settle(AwaitedRowsHarness inference, Random random, boolean fails) {
        List<ManualModelClient.Call> open = inference.client.unanswered();
        if (open.isEmpty()) {
            return;
        }
        ManualModelClient.Call call = open.get(random.nextInt(open.size()));
        if (fails) {
            call.fail(failure(random));
        } else {
            call.answer();
        }
        inference.thread.runActions();
    }

    private static Throwable failure(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new ShapeMismatchException("bad row");
            case 1 -> new ModelRunException("a glitch");
            case 2 -> new DeadlineExceededException("too late");
            default -> new DeviceLostException("device lost", null);
        };
    }

    /** Answers all that is asked for, in the time that batches and pauses take. */
    private static void drain(AwaitedRowsHarness inference) {
        while (inference.rows.rows() > 0) {
            inference.client.unanswered().forEach(ManualModelClient.Call::answer);
            inference.thread.runActions();
            inference.pass(Duration.ofMillis(100));
        }
    }
}
