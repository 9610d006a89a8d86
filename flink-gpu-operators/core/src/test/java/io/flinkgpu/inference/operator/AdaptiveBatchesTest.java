package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that grow, on a model that takes 20 ms for a batch of any size. */
class AdaptiveBatchesTest {

    private static final int RUN_MILLIS = 20;
    private static final int BATCH = 2;
    private static final int MOST = 16 * BATCH;
    private static final int ENOUGH_ROWS_TO_GROW = 3000;
    private static final OutputTag<DeadLetter<Integer>> LETTERS =
            new OutputTag<>("letters", new TypeHint<DeadLetter<Integer>>() {}.getTypeInfo());

    private boolean modelRuns;

    @Test
    void growWhileThatMakesMoreRowsASecond() throws Exception {
        try (InferenceHarness operator = adaptive(OutputMode.ORDERED).open()) {
            process(operator, 0, ENOUGH_ROWS_TO_GROW);

            assertThat(sizes(operator)).contains(2, 4, 8, 16, 32).allMatch(rows -> rows <= MOST);
            assertThat(operator.rowsAsked()).isGreaterThan(2 * MOST).isLessThanOrEqualTo(4 * MOST);
        }
    }

    @Test
    void keepTheirSizeByDefault() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(BATCH).delay(Duration.ofDays(1)).open()) {
            process(operator, 0, ENOUGH_ROWS_TO_GROW);

            assertThat(sizes(operator)).containsOnly(BATCH);
        }
    }

    @Test
    void leaveFourBatchesInTheCapacity() throws Exception {
        try (InferenceHarness operator = adaptive(OutputMode.ORDERED).capacity(32).open()) {
            process(operator, 0, ENOUGH_ROWS_TO_GROW);

            assertThat(sizes(operator)).contains(8).allMatch(rows -> rows <= 8);
        }
    }

    @Test
    void haveNoMoreRowsThanHaveAnswersOfOneShape() throws Exception {
        ModelSignature detector =
                new ModelSignature(
                        "detect",
                        List.of(new TensorSpec("x", DataType.INT32, Shape.of(4, 1))),
                        List.of(new TensorSpec("y", DataType.FLOAT32, Shape.of(4, -1, 4))));
        ManualModelClient client = new ManualModelClient();
        client.becomeReady(detector);
        try (InferenceHarness operator = adaptive(OutputMode.ORDERED).client(client).open()) {
            process(operator, 0, ENOUGH_ROWS_TO_GROW);

            assertThat(sizes(operator)).contains(4).allMatch(rows -> rows <= 4);
        }
    }

    @Test
    void haveNoMoreBytesThanTheyMay() throws Exception {
        try (InferenceHarness operator =
                adaptive(OutputMode.ORDERED).maxBytes(5 * Integer.BYTES).open()) {
            process(operator, 0, ENOUGH_ROWS_TO_GROW);

            assertThat(sizes(operator)).contains(4).allMatch(rows -> rows <= 5);
        }
    }

    @Test
    void becomeSmallerWhenTheyTimeOut() throws Exception {
        try (InferenceHarness operator =
                adaptive(OutputMode.UNORDERED).deadLetters(LETTERS).open()) {
            process(operator, 0, ENOUGH_ROWS_TO_GROW);
            int grown = operator.client().callCount();
            operator.client()
                    .unanswered()
                    .get(0)
                    .fail(new ModelRunException("late").classified(ErrorClass.TIMEOUT));

            process(operator, ENOUGH_ROWS_TO_GROW, 4 * MOST);

            assertThat(sizes(operator).subList(grown + 1, operator.client().callCount()))
                    .isNotEmpty()
                    .containsOnly(MOST / 2);
        }
    }

    @ParameterizedTest
    @EnumSource(OutputMode.class)
    void loseAndDoubleNoRowAlsoAcrossARestore(OutputMode mode) throws Exception {
        List<String> emitted = new ArrayList<>();
        OperatorSubtaskState snapshot;
        try (InferenceHarness operator = adaptive(mode).open()) {
            process(operator, 0, ENOUGH_ROWS_TO_GROW);
            snapshot = operator.snapshot();
            emitted.addAll(operator.output());
            process(operator, ENOUGH_ROWS_TO_GROW, 100); // forgotten with the failure
        }

        try (InferenceHarness restored = adaptive(mode).restore(1, snapshot).open()) {
            assertThat(restored.client().call(0).values()).hasSize(BATCH);
            process(restored, ENOUGH_ROWS_TO_GROW, ENOUGH_ROWS_TO_GROW);
            assertThat(sizes(restored)).contains(MOST);
            drain(restored);
            emitted.addAll(restored.output());
        }

        List<String> rows =
                IntStream.range(0, 2 * ENOUGH_ROWS_TO_GROW).mapToObj(Integer::toString).toList();
        if (mode == OutputMode.UNORDERED) {
            emitted.sort(Comparator.comparing(Integer::valueOf));
        }
        assertThat(emitted).containsExactlyElementsOf(rows);
    }

    private static InferenceHarness.Builder adaptive(OutputMode mode) {
        return InferenceHarness.builder()
                .batch(BATCH)
                .delay(Duration.ofDays(1))
                .option(InferenceOptions.ADAPTIVE_BATCH, true)
                .mode(mode);
    }

    private void process(InferenceHarness operator, int from, int rows) throws Exception {
        for (int row = from; row < from + rows; row++) {
            StreamRecord<Integer> record = new StreamRecord<>(row);
            whileTheModelRuns(operator, () -> operator.flink().processElement(record));
        }
    }

    private void drain(InferenceHarness operator) throws Exception {
        whileTheModelRuns(operator, () -> operator.flink().endInput());
    }

    private void whileTheModelRuns(
            InferenceHarness operator, ThrowingRunnable<? extends Exception> action)
            throws Exception {
        modelRuns = true;
        operator.mailToTask(() -> runModel(operator));
        action.run();
        modelRuns = false;
        operator.runMails();
    }

    /** Answers the oldest batch whenever the operator waits. */
    private void runModel(InferenceHarness operator) throws Exception {
        if (!modelRuns) {
            return;
        }
        OneInputStreamOperatorTestHarness<Integer, String> flink = operator.flink();
        flink.setProcessingTime(flink.getProcessingTime() + RUN_MILLIS);
        operator.client().unanswered().stream()
                .findFirst()
                .ifPresent(ManualModelClient.Call::answer);
        operator.mailToTask(() -> runModel(operator));
    }

    private static List<Integer> sizes(InferenceHarness operator) {
        return operator.client().batches().stream().map(List::size).toList();
    }
}
