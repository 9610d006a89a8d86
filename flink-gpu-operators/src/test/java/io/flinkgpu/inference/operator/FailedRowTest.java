package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

/** What becomes of rows that fail, with and without a dead-letter tag. */
class FailedRowTest {

    private static final OutputTag<DeadLetter<Integer>> TAG = DeadLetter.tag("dead", Types.INT);

    @Test
    void failsTheTaskWithoutTag() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).open()) {
            operator.process(1);

            assertThatThrownBy(() -> fail(operator, 0, new ModelRunException("device gone")))
                    .isInstanceOf(InferenceException.class)
                    .hasMessage("Cannot infer row: device gone")
                    .hasRootCauseInstanceOf(ModelRunException.class);
        }
    }

    @Test
    void sendsRowsOfFailedBatchToTheirTag() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(2).deadLetters(TAG).open()) {
            operator.process(1, 2, 3, 4);
            fail(operator, 0, new ModelRunException("device gone"));
            operator.answer(1);

            assertThat(operator.output()).containsExactly("3", "4");
            assertThat(operator.flink().getSideOutput(TAG))
                    .containsExactly(
                            new StreamRecord<>(letter(1, "ModelRunException", "device gone")),
                            new StreamRecord<>(letter(2, "ModelRunException", "device gone")));
        }
    }

    @Test
    void sendsRowOfWrongShapeToItsTag() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).deadLetters(TAG).open()) {
            operator.processAt(9, 1);
            fail(operator, 0, new ShapeMismatchException("expects [-1, 784]"));

            assertThat(operator.flink().getSideOutput(TAG))
                    .containsExactly(
                            new StreamRecord<>(
                                    letter(1, "ShapeMismatchException", "expects [-1, 784]"), 9));
        }
    }

    @Test
    void sendsOnlyTheRowThatCannotBeEncodedToItsTag() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(2)
                        .deadLetters(TAG)
                        .encode(
                                (row, writer) -> {
                                    if (row == 2) {
                                        throw new IllegalStateException("cannot encode 2");
                                    }
                                    writer.ints("", row);
                                })
                        .open()) {
            operator.process(1, 2, 3);
            operator.answer(0);

            assertThat(operator.client().batches()).containsExactly(List.of(1, 3));
            assertThat(operator.output()).containsExactly("1", "3");
            assertThat(operator.flink().getSideOutput(TAG))
                    .containsExactly(
                            new StreamRecord<>(
                                    letter(2, "IllegalStateException", "cannot encode 2")));
        }
    }

    @Test
    void sendsOnlyTheRowThatCannotBeDecodedToItsTag() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(2)
                        .deadLetters(TAG)
                        .mode(OutputMode.UNORDERED)
                        .decode(
                                (row, answer) -> {
                                    if (row == 1) {
                                        throw new IllegalStateException("cannot decode 1");
                                    }
                                    return "ok";
                                })
                        .open()) {
            operator.process(1, 2);
            operator.answer(0);

            assertThat(operator.output()).containsExactly("ok");
            assertThat(operator.flink().getSideOutput(TAG)).hasSize(1);
        }
    }

    @Test
    void failsTheTaskInSpiteOfItsTagWhenTheModelIsUnusable() throws Exception {
        for (Throwable cause :
                List.of(
                        new ModelLoadException("no such model"),
                        new SignatureMismatchException("expects float32"))) {
            try (InferenceHarness operator =
                    InferenceHarness.builder().batch(1).deadLetters(TAG).open()) {
                operator.process(1);

                assertThatThrownBy(() -> fail(operator, 0, cause))
                        .isInstanceOf(InferenceException.class)
                        .hasMessageContaining(cause.getMessage());
            }
        }
    }

    private static void fail(InferenceHarness operator, int call, Throwable cause)
            throws Exception {
        operator.client().call(call).fail(cause);
        operator.runMails();
    }

    private static DeadLetter<Integer> letter(int row, String errorClass, String cause) {
        return new DeadLetter<>(row, errorClass, cause);
    }
}
