package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.InferenceMetricNames;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are equal to one that has been run, or is running. */
@Timeout(60)
class AnswerReuseTest {

    private static final OutputTag<DeadLetter<Integer>> TAG = DeadLetter.tag("dead", Types.INT);
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final int MANY = 1_000_000;

    private enum Backend {
        HEAP,
        ROCKSDB;

        private StateBackend create() {
            return this == HEAP ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void givesALaterRowTheAnswerThatWasKept(Backend backend) throws Exception {
        try (InferenceHarness operator = reusing().stateBackend(backend.create()).open()) {
            operator.process(7, 8);
            operator.answer(0);
            operator.answer(1);

            operator.process(7, 8, 7);

            assertThat(operator.client().batches()).containsExactly(List.of(7), List.of(8));
            assertThat(operator.output()).containsExactly("7", "8", "7", "8", "7");
        }
    }

    @Test
    void decodesAKeptAnswerForTheRowAtHand() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(1)
                        .encode((row, writer) -> writer.ints("", Shape.scalar(), row % 10))
                        .decode(
                                (row, answer) ->
                                        "%d: %d of version %s"
                                                .formatted(
                                                        row,
                                                        answer.ints()[0],
                                                        answer.modelVersion()))
                        .reuse(TTL, MANY)
                        .open()) {
            operator.process(17);
            operator.answer(0);

            operator.process(27);

            assertThat(operator.output())
                    .containsExactly("17: 7 of version 3", "27: 7 of version 3");
        }
    }

    @Test
    void runsEqualRowsInFlightOnce() throws Exception {
        try (InferenceHarness operator = reusing().open()) {
            operator.process(7, 7, 8, 7);
            assertThat(operator.output()).isEmpty();

            operator.answer(0);

            assertThat(operator.client().batches()).containsExactly(List.of(7), List.of(8));
            assertThat(operator.output()).containsExactly("7", "7", "7");
        }
    }

    @Test
    void keepsTheOrderOfRowsThatAreSparedTheirRun() throws Exception {
        try (InferenceHarness operator = reusing().mode(OutputMode.ORDERED).open()) {
            operator.process(7);
            operator.answer(0);
            operator.process(8, 7);
            assertThat(operator.output()).containsExactly("7");

            operator.answer(1);

            assertThat(operator.output()).containsExactly("7", "8", "7");
        }
    }

    @Test
    void asksForThoseThatWaitedForARowWhichFailed() throws Exception {
        try (InferenceHarness operator = reusing().deadLetters(TAG).open()) {
            operator.process(7, 7, 7);
            operator.client().call(0).fail(new DeadlineExceededException("too late"));
            operator.runMails();
            operator.answer(1);
            operator.answer(2);
            operator.process(7);

            assertThat(operator.client().batches())
                    .containsExactly(List.of(7), List.of(7), List.of(7));
            assertThat(operator.output()).containsExactly("7", "7", "7");
            assertThat(operator.flink().getSideOutput(TAG)).hasSize(1);
        }
    }

    @Test
    void doesNotKeepWhatCouldNotBeDecoded() throws Exception {
        List<Integer> seen = new ArrayList<>();
        try (InferenceHarness operator =
                reusing()
                        .deadLetters(TAG)
                        .decode(
                                (row, answer) -> {
                                    seen.add(row);
                                    if (seen.size() == 1) {
                                        throw new IllegalStateException("not today");
                                    }
                                    return Integer.toString(answer.ints()[0]);
                                })
                        .open()) {
            operator.process(7);
            operator.answer(0);
            operator.process(7);
            operator.answer(1);

            assertThat(operator.output()).containsExactly("7");
            assertThat(operator.flink().getSideOutput(TAG)).hasSize(1);
        }
    }

    @Test
    void leavesARowThatCannotBeEncodedToItsDeadLetter() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(1)
                        .deadLetters(TAG)
                        .encode(
                                (row, writer) -> {
                                    throw new IllegalStateException("no content");
                                })
                        .reuse(TTL, MANY)
                        .open()) {
            operator.process(7, 7);

            assertThat(operator.flink().getSideOutput(TAG)).hasSize(2);
        }
    }

    @Test
    void findsNoAnswerOfAnotherVersion() throws Exception {
        try (InferenceHarness operator = reusing().open()) {
            operator.process(7);
            operator.answer(0);
            operator.client().becomeVersion("4");

            operator.process(7);
            operator.answer(1);
            operator.process(7);

            assertThat(operator.client().callCount()).isEqualTo(2);
            assertThat(operator.output()).containsExactly("7", "7", "7");
        }
    }

    @Test
    void keepsNoAnswerOfAVersionThatHasGone() throws Exception {
        try (InferenceHarness operator = reusing().open()) {
            operator.process(7);
            operator.client().becomeVersion("4");
            operator.answer(0);

            operator.process(7);

            assertThat(operator.client().callCount()).isEqualTo(2);
        }
    }

    @Test
    void keepsNoAnswerOfFilesThatWereReplaced() throws Exception {
        try (InferenceHarness operator = reusing().open()) {
            operator.process(7);
            operator.client().becomeFiles("retrained");
            operator.answer(0);

            operator.process(7);

            assertThat(operator.client().callCount()).isEqualTo(2);
        }
    }

    @Test
    void countsARowAsJoinedOnceItHasTheAnswerOfAnother() throws Exception {
        Map<String, Counter> counters = new HashMap<>();
        try (InferenceHarness operator = reusing().deadLetters(TAG).countReuse(counters).open()) {
            operator.process(7, 7, 8, 8);
            operator.client().call(0).fail(new DeadlineExceededException("too late"));
            operator.runMails();
            assertThat(counted(counters)).containsExactly(0L, 0L, 3L);

            answerAll(operator);
            operator.process(7);

            assertThat(counted(counters)).containsExactly(1L, 1L, 3L);
        }
    }

    @Test
    void findsNoAnswerOfAnotherGeneration() throws Exception {
        OperatorSubtaskState state;
        try (InferenceHarness operator = reusing().open()) {
            operator.process(7);
            operator.answer(0);
            state = operator.snapshot();
        }

        try (InferenceHarness operator = reusing().reuse(TTL, MANY, "2").restore(1, state).open()) {
            operator.process(7);
            assertThat(operator.client().callCount()).isEqualTo(1);
            operator.answer(0);
            operator.process(7);

            assertThat(operator.client().callCount()).isEqualTo(1);
            assertThat(operator.output()).containsExactly("7", "7");
        }
    }

    @Test
    void findsNoAnswerWhileTheVersionIsUnknown() throws Exception {
        try (InferenceHarness operator = reusing().open()) {
            operator.process(7);
            operator.answer(0);
            operator.client().forgetVersion();

            operator.process(7);

            assertThat(operator.client().callCount()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void forgetsAnAnswerWhenItsTimeIsOver(Backend backend) throws Exception {
        try (InferenceHarness operator = reusing().stateBackend(backend.create()).open()) {
            operator.flink().setStateTtlProcessingTime(0);
            operator.process(7);
            operator.answer(0);
            operator.flink().setStateTtlProcessingTime(TTL.toMillis() - 1);
            operator.process(7);
            assertThat(operator.client().callCount()).isEqualTo(1);

            operator.flink().setStateTtlProcessingTime(TTL.toMillis());
            operator.process(7);
            operator.answer(1);
            operator.process(7);

            assertThat(operator.client().callCount()).isEqualTo(2);
            assertThat(operator.output()).hasSize(4);
        }
    }

    @Test
    void keepsNoMoreAnswersThanItMay() throws Exception {
        int[] rivals = twoOfOneShard();
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).reuse(TTL, 1).open()) {
            operator.process(rivals);
            operator.answer(0);
            operator.answer(1);

            operator.process(rivals[1]);
            assertThat(operator.client().callCount()).isEqualTo(2);
            operator.process(rivals[0]);

            assertThat(operator.client().callCount()).isEqualTo(3);
        }
    }

    @Test
    void sendsTheRowThatOthersWaitForWhenTheyTakeAllRoom() throws Exception {
        ManualModelClient client = new ManualModelClient().answeringAtOnce();
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(4)
                        .capacity(4)
                        .client(client)
                        .reuse(TTL, MANY)
                        .open()) {
            operator.process(7, 7, 7, 7);

            assertThat(client.batches()).containsExactly(List.of(7));
            assertThat(operator.output()).containsExactly("7", "7", "7", "7");
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void restoresAnswersAtAnotherParallelism(Backend backend) throws Exception {
        int[] rows = IntStream.range(0, 50).toArray();
        OperatorSubtaskState state;
        try (InferenceHarness operator = reusing().stateBackend(backend.create()).open()) {
            operator.process(rows);
            operator.client().unanswered().forEach(ManualModelClient.Call::answer);
            operator.runMails();
            state = operator.snapshot();
        }

        for (int subtask = 0; subtask < 3; subtask++) {
            try (InferenceHarness operator =
                    reusing()
                            .stateBackend(backend.create())
                            .subtask(subtask, 3)
                            .restore(1, state)
                            .open()) {
                int[] own = ownRows(rows, subtask, 3);
                operator.process(own);

                assertThat(own).isNotEmpty();
                assertThat(operator.client().callCount()).isZero();
                assertThat(operator.output()).hasSize(own.length);
            }
        }
    }

    @Test
    void losesAndDoublesNoRowInFlightWhenItIsRestoredElsewhere() throws Exception {
        List<String> emitted = new ArrayList<>();
        OperatorSubtaskState state;
        try (InferenceHarness operator = reusing().open()) {
            operator.process(1, 1, 2, 3, 2, 1, 4, 5, 4, 6);
            operator.answer(1);
            emitted.addAll(operator.output());
            state = operator.snapshot();
        }

        List<OperatorSubtaskState> states = new ArrayList<>();
        for (int subtask = 0; subtask < 4; subtask++) {
            try (InferenceHarness operator = restored(subtask, 4, 1, state)) {
                states.add(operator.snapshot());
            }
        }
        for (int subtask = 0; subtask < 2; subtask++) {
            try (InferenceHarness operator =
                    restored(subtask, 2, 4, states.toArray(OperatorSubtaskState[]::new))) {
                answerAll(operator);
                emitted.addAll(operator.output());
            }
        }

        assertThat(emitted)
                .containsExactlyInAnyOrder("1", "1", "2", "3", "2", "1", "4", "5", "4", "6");
    }

    @Test
    void givesAPlaceToTheRowThatRestoredOnesWaitFor() throws Exception {
        OperatorSubtaskState state;
        try (InferenceHarness operator = reusing().open()) {
            operator.process(1, 1, 1, 1, 1, 2);
            state = operator.snapshot();
        }

        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(2)
                        .capacity(2)
                        .reuse(TTL, MANY)
                        .restore(1, state)
                        .open()) {
            operator.answer(0);
            operator.advanceMillis(100);
            operator.answer(1);

            assertThat(operator.client().batches()).containsExactly(List.of(1), List.of(2));
            assertThat(operator.output()).containsExactlyInAnyOrder("1", "1", "1", "1", "1", "2");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void runsARowThatCompletedOnesStandBehind(int batch) throws Exception {
        OperatorSubtaskState state;
        try (InferenceHarness operator = reusing().open()) {
            operator.process(1, 2, 3, 1, 1);
            state = operator.snapshot();
        }

        try (InferenceHarness operator = tight(batch).restore(1, state).open()) {
            answerAll(operator);

            assertThat(operator.output()).containsExactly("1", "2", "3", "1", "1");
        }
    }

    @Test
    void runsARowThatCompletedOnesStandBehindWithAWatermarkInBetween() throws Exception {
        OperatorSubtaskState state;
        try (InferenceHarness operator = reusing().open()) {
            operator.process(1, 2, 3);
            operator.watermark(5);
            operator.process(1, 1);
            state = operator.snapshot();
        }

        try (InferenceHarness operator =
                tight(1).mode(OutputMode.UNORDERED).restore(1, state).open()) {
            answerAll(operator);

            assertThat(operator.outputWithWatermarks())
                    .containsExactly("1", "2", "3", "w5", "1", "1");
        }
    }

    @Test
    void asksForThoseThatWaitedForAFailedRowBeforeYoungerOnes() throws Exception {
        OperatorSubtaskState state;
        try (InferenceHarness operator = reusing().open()) {
            operator.process(1, 1, 2, 3, 4, 5);
            state = operator.snapshot();
        }

        try (InferenceHarness operator = tight(1).deadLetters(TAG).restore(1, state).open()) {
            operator.client().call(0).fail(new DeadlineExceededException("too late"));
            operator.runMails();
            answerAll(operator);

            assertThat(operator.client().batches())
                    .containsExactly(
                            List.of(1), List.of(2), List.of(1), List.of(3), List.of(4), List.of(5));
            assertThat(operator.output()).containsExactly("1", "2", "3", "4", "5");
            assertThat(operator.flink().getSideOutput(TAG)).hasSize(1);
        }
    }

    /** Behind a row of the open batch, whose delay never ends. */
    @Test
    void sendsTheOpenBatchWhenAKeptAnswerBehindItTakesTheLastRoom() throws Exception {
        ManualModelClient client = new ManualModelClient().answeringAtOnce();
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(4)
                        .capacity(4)
                        .delay(Duration.ofDays(1))
                        .mode(OutputMode.ORDERED)
                        .client(client)
                        .reuse(TTL, MANY)
                        .open()) {
            operator.process(1, 2, 3, 4);

            operator.process(5, 1, 1, 1);

            assertThat(operator.output()).containsExactly("1", "2", "3", "4", "5", "1", "1", "1");
        }
    }

    @Test
    void runsARowOfAnotherSubtasksShardAndKeepsNothing() throws Exception {
        int foreign = ownRows(IntStream.range(0, 50).toArray(), 1, 2)[0];
        try (InferenceHarness operator = reusing().subtask(0, 2).open()) {
            operator.process(foreign, foreign);
            operator.answer(0);

            operator.process(foreign);
            operator.answer(1);

            assertThat(operator.client().callCount()).isEqualTo(2);
            assertThat(operator.output()).hasSize(3);
        }
    }

    @Test
    void goesOnFromStateOfAStageWithoutReuseAndBack() throws Exception {
        OperatorSubtaskState without;
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).open()) {
            operator.process(1, 1);
            without = operator.snapshot();
        }
        OperatorSubtaskState with;
        try (InferenceHarness operator = reusing().restore(1, without).open()) {
            assertThat(operator.client().batches()).containsExactly(List.of(1));
            with = operator.snapshot();
        }

        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).restore(1, with).open()) {
            assertThat(operator.client().batches()).containsExactly(List.of(1), List.of(1));
        }
    }

    @Test
    void sendsWhatIsLeftAtTheEndOfTheInput() throws Exception {
        ManualModelClient client = new ManualModelClient().answeringAtOnce();
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(8).client(client).reuse(TTL, MANY).open()) {
            operator.process(1, 1, 2);

            operator.flink().endInput();

            assertThat(operator.output()).containsExactlyInAnyOrder("1", "1", "2");
        }
    }

    private static InferenceHarness.Builder reusing() {
        return InferenceHarness.builder()
                .batch(1)
                .capacity(100)
                .mode(OutputMode.UNORDERED)
                .reuse(TTL, MANY);
    }

    /** In order, with places for two rows. */
    private static InferenceHarness.Builder tight(int batch) {
        return InferenceHarness.builder()
                .batch(batch)
                .capacity(2)
                .mode(OutputMode.ORDERED)
                .reuse(TTL, MANY);
    }

    /** Hits, joined rows and misses. */
    private static List<Long> counted(Map<String, Counter> counters) {
        return Stream.of(
                        InferenceMetricNames.REUSE_HITS,
                        InferenceMetricNames.REUSE_JOINED,
                        InferenceMetricNames.REUSE_MISSES)
                .map(name -> counters.get(name).getCount())
                .toList();
    }

    private static void answerAll(InferenceHarness operator) throws Exception {
        while (!operator.client().unanswered().isEmpty()) {
            operator.client().unanswered().forEach(ManualModelClient.Call::answer);
            operator.runMails();
        }
    }

    private static InferenceHarness restored(
            int subtask, int of, int writtenAt, OperatorSubtaskState... states) throws Exception {
        return reusing().subtask(subtask, of).restore(writtenAt, states).open();
    }

    private static int shard(int row) {
        return new RowContent<Integer>(
                        (value, writer) -> writer.ints("", Shape.scalar(), value), null)
                .getKey(row);
    }

    private static int[] ownRows(int[] rows, int subtask, int parallelism) {
        return IntStream.of(rows)
                .filter(
                        row ->
                                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                                                shard(row),
                                                InferenceHarness.MAX_PARALLELISM,
                                                parallelism)
                                        == subtask)
                .toArray();
    }

    /** By the birthday problem among the first thousand or so. */
    private static int[] twoOfOneShard() {
        Map<Integer, Integer> rowOfShard = new HashMap<>();
        for (int row = 0; row < 100_000; row++) {
            Integer other = rowOfShard.put(shard(row), row);
            if (other != null) {
                return new int[] {other, row};
            }
        }
        throw new IllegalStateException("Cannot find two rows of one shard.");
    }
}
