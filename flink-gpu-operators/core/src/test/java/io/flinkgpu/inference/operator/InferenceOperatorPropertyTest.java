package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.OutputMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * No row is lost, doubled or, in ORDERED, reordered, none is late, and no more are asked for than
 * have a place, over random batches, answers, barriers, failures and capacities.
 */
class InferenceOperatorPropertyTest {

    private static final int ROWS = 60;

    @Property(tries = 60)
    void everyRowIsEmittedOnce(
            @ForAll OutputMode mode,
            @ForAll @IntRange(min = 1, max = 7) int batchSize,
            @ForAll @IntRange(min = 1, max = 4) int batchesOfCapacity,
            @ForAll long seed)
            throws Exception {
        Run run = new Run(mode, batchSize, batchSize * batchesOfCapacity, new Random(seed));

        List<String> emitted = run.toTheEnd();

        assertNoRowIsLate(emitted);
        emitted.removeIf(element -> element.startsWith("w"));
        List<String> expected = IntStream.range(0, ROWS).mapToObj(Integer::toString).toList();
        if (mode == OutputMode.ORDERED) {
            assertThat(emitted).containsExactlyElementsOf(expected);
        } else {
            assertThat(emitted.stream().sorted(Comparator.comparing(Integer::valueOf)).toList())
                    .containsExactlyElementsOf(expected);
        }
    }

    /** Watermarks hold the number of rows before them. */
    private static void assertNoRowIsLate(List<String> emitted) {
        int watermark = 0;
        for (String element : emitted) {
            if (element.startsWith("w")) {
                watermark = Integer.parseInt(element.substring(1));
            } else {
                assertThat(Integer.parseInt(element)).isGreaterThanOrEqualTo(watermark);
            }
        }
    }

    /**
     * One job: a source of integers that can be set back, the operator, and a sink that commits
     * with each checkpoint.
     */
    private static final class Run {
        private final OutputMode mode;
        private final int batchSize;
        private final int maxCapacity;
        private final Random random;

        private final List<String> committed = new ArrayList<>();
        private OperatorSubtaskState checkpoint;
        private int checkpointedPosition;

        private InferenceHarness operator;
        private int capacity;
        private int capacityBytes;
        private int position;
        private int taken;
        private boolean rowWaits;

        private Run(OutputMode mode, int batchSize, int maxCapacity, Random random) {
            this.mode = mode;
            this.batchSize = batchSize;
            this.maxCapacity = maxCapacity;
            this.random = random;
        }

        private List<String> toTheEnd() throws Exception {
            restart();
            while (position < ROWS) {
                step();
                assertThat(operator.rowsAsked())
                        .isLessThanOrEqualTo(Math.min(capacity, capacityBytes / Integer.BYTES));
            }
            rowWaits = true;
            operator.mailToTask(this::answerSometime);
            operator.flink().endInput();
            commit();
            operator.close();
            return committed;
        }

        private void step() throws Exception {
            switch (random.nextInt(12)) {
                case 0 -> checkpoint();
                case 1 -> {
                    operator.close();
                    restart();
                }
                case 2 -> operator.advanceMillis(random.nextInt(150));
                case 3 -> operator.watermark(position);
                case 4, 5 -> {
                    answerOne();
                    operator.runMails();
                }
                default -> processRow();
            }
        }

        /** A barrier may pass and answers may come while the row waits for its place. */
        private void processRow() throws Exception {
            position++;
            if (random.nextInt(4) == 0) {
                operator.mailToTask(this::checkpoint);
            }
            operator.mailToTask(this::answerSometime);
            rowWaits = true;
            operator.flink().processElement(new StreamRecord<>(position - 1));
            rowWaits = false;
            operator.runMails();
        }

        /** Comes back as long as a row waits for its place, so that it gets one in the end. */
        private void answerSometime() {
            if (random.nextBoolean()) {
                answerOne();
            }
            if (rowWaits) {
                operator.mailToTask(this::answerSometime);
            }
        }

        private void answerOne() {
            List<ManualModelClient.Call> calls = operator.client().unanswered();
            if (!calls.isEmpty()) {
                calls.get(random.nextInt(calls.size())).answer();
            }
        }

        private void checkpoint() throws Exception {
            checkpoint = operator.snapshot();
            checkpointedPosition = position;
            commit();
        }

        private void commit() {
            List<String> output = operator.outputWithWatermarks();
            committed.addAll(output.subList(taken, output.size()));
            taken = output.size();
        }

        /** With another capacity than before: rows in flight may exceed it. */
        private void restart() throws Exception {
            capacity = batchSize + random.nextInt(maxCapacity - batchSize + 1);
            capacityBytes = Integer.BYTES * (1 + random.nextInt(2 * maxCapacity));
            InferenceHarness.Builder builder =
                    InferenceHarness.builder()
                            .batch(batchSize)
                            .capacity(capacity)
                            .capacityBytes(capacityBytes)
                            .mode(mode);
            if (checkpoint != null) {
                builder.restore(1, checkpoint);
            }
            operator = builder.open();
            position = checkpointedPosition;
            taken = 0;
        }
    }
}
