package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of rows that fail, with and without a dead-letter tag. */
class FailedRowTest {

    private static final long LONGER_THAN_A_PAUSE = 2_000;

    private static final OutputTag<DeadLetter<Integer>> TAG = DeadLetter.tag("dead", Types.INT);

    @Test
    void failsTheTaskWithoutTag() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).open()) {
            operator.process(1);
            fail(operator, 0, new ModelRunException("device gone"));
            pause(operator);
            fail(operator, 1, new ModelRunException("device gone"));
            pause(operator);

            assertThatThrownBy(() -> fail(operator, 2, new ModelRunException("device gone")))
                    .isInstanceOf(InferenceException.class)
                    .hasMessage("Cannot infer row: device gone")
                    .hasRootCauseInstanceOf(ModelRunException.class);
        }
    }

    @Test
    void runsTheRowsOfAFailedBatchAlone() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(2).deadLetters(TAG).open()) {
            operator.process(1, 2, 3, 4);
            fail(operator, 0, new ModelRunException("no such word"));
            operator.answer(1);
            fail(operator, 2, new ModelRunException("no such word"));
            operator.answer(3);
            pause(operator);
            fail(operator, 4, new ModelRunException("no such word"));
            pause(operator);
            fail(operator, 5, new ModelRunException("no such word").at("gpu-7"));

            assertThat(operator.client().batches())
                    .containsExactly(
                            List.of(1, 2),
                            List.of(3, 4),
                            List.of(1),
                            List.of(2),
                            List.of(1),
                            List.of(1));
            assertThat(operator.output()).containsExactly("2", "3", "4");
            assertThat(operator.flink().getSideOutput(TAG))
                    .containsExactly(
                            new StreamRecord<>(
                                    new DeadLetter<>(
                                            1,
                                            ErrorClass.UNKNOWN,
                                            "ModelRunException",
                                            "no such word",
                                            4,
                                            "gpu-7",
                                            0,
                                            LONGER_THAN_A_PAUSE * 2)));
        }
    }

    @Test
    void deadLettersTellTheStackOnDemand() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(1)
                        .deadLetters(TAG)
                        .stackFrames(1)
                        .encode(
                                (row, target) -> {
                                    throw new IllegalArgumentException("no such word");
                                })
                        .open()) {
            operator.process(1);

            assertThat(operator.flink().getSideOutput(TAG))
                    .singleElement()
                    .satisfies(
                            letter ->
                                    assertThat(letter.getValue().cause())
                                            .startsWith(
                                                    "no such word\n    at "
                                                            + FailedRowTest.class.getName())
                                            .hasLineCount(2));
        }
    }

    @Test
    void aGlitchCostsNoRow() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(2).deadLetters(TAG).open()) {
            operator.process(1, 2);
            for (int call = 0; call < 3; call++) {
                fail(operator, call, new ModelRunException("glitch"));
            }
            pause(operator);
            operator.answer(3);
            operator.answer(4);

            assertThat(operator.output()).containsExactly("1", "2");
            assertThat(operator.flink().getSideOutput(TAG)).isNull();
        }
    }

    @Test
    void triesASickDevicesRowsAgainAndGivesNoneUp() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(2)
                        .deadLetters(TAG)
                        .option(InferenceOptions.MAX_ATTEMPTS, 3)
                        .open()) {
            operator.process(1, 2);
            fail(operator, 0, sick());
            assertThat(operator.client().callCount()).as("before the pause").isEqualTo(1);
            pause(operator);
            fail(operator, 1, sick());
            pause(operator);

            assertThat(operator.client().batches())
                    .containsExactly(List.of(1, 2), List.of(1, 2), List.of(1, 2));
            assertThatThrownBy(() -> fail(operator, 2, sick()))
                    .isInstanceOf(InferenceException.class)
                    .hasMessage("Cannot infer row: it fails what it ran");
            assertThat(operator.flink().getSideOutput(TAG)).isNull();
        }
    }

    @Test
    void aRowThatCostsTwoDevicesIsGivenUpAndItsNeighboursPass() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(3)
                        .deadLetters(TAG)
                        .option(InferenceOptions.MAX_ATTEMPTS, 2)
                        .mode(OutputMode.UNORDERED)
                        .open()) {
            operator.process(1, 2, 3);
            fail(operator, 0, new DeviceLostException("gpu-0 hangs").duringItsRun());
            operator.answer(1);
            fail(operator, 2, new DeviceLostException("gpu-1 hangs").duringItsRun());
            operator.answer(3);

            assertThat(operator.client().batches())
                    .containsExactly(List.of(1, 2, 3), List.of(1), List.of(2), List.of(3));
            assertThat(operator.client().call(2).isAlone()).isTrue();
            assertThat(operator.output()).containsExactly("1", "3");
            assertThat(operator.flink().getSideOutput(TAG))
                    .extracting(StreamRecord::getValue)
                    .singleElement()
                    .satisfies(
                            letter -> {
                                assertThat(letter.row()).isEqualTo(2);
                                assertThat(letter.errorClass()).isEqualTo(ErrorClass.DATA);
                                assertThat(letter.cause())
                                        .isEqualTo(
                                                "Cannot run row: 2 devices were lost while they"
                                                        + " ran it, the last time with: gpu-1"
                                                        + " hangs");
                            });
        }
    }

    @Test
    void rowsThatWaitedForALostDeviceAreNoSuspects() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(2)
                        .deadLetters(TAG)
                        .mode(OutputMode.UNORDERED)
                        .open()) {
            operator.process(1, 2);
            fail(operator, 0, new DeviceLostException("gpu-0 hangs").duringItsRun());
            fail(operator, 1, new DeviceLostException("gpu-1 hangs"));
            operator.answer(2);
            operator.answer(3);

            assertThat(operator.client().batches())
                    .containsExactly(List.of(1, 2), List.of(1), List.of(1), List.of(2));
            assertThat(operator.output()).containsExactly("1", "2");
            assertThat(operator.flink().getSideOutput(TAG)).isNull();
        }
    }

    @Test
    void sendsABatchAgainWhoseDeviceIsLost() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(2).deadLetters(TAG).open()) {
            operator.process(1, 2);
            fail(operator, 0, new DeviceLostException("gpu-0 is lost"));
            fail(operator, 1, new DeviceLostException("gpu-1 is lost"));
            operator.answer(2);

            assertThat(operator.client().batches())
                    .containsExactly(List.of(1, 2), List.of(1, 2), List.of(1, 2));
            assertThat(operator.output()).containsExactly("1", "2");
            assertThat(operator.flink().getSideOutput(TAG)).isNull();
        }
    }

    @Test
    void failsTheTaskInSpiteOfItsTagWhenEveryDeviceIsLost() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(1)
                        .deadLetters(TAG)
                        .option(InferenceOptions.MAX_ATTEMPTS, 2)
                        .open()) {
            operator.process(1);
            fail(operator, 0, new DeviceLostException("gpu-0 is lost"));

            assertThatThrownBy(() -> fail(operator, 1, new DeviceLostException("gpu-1 is lost")))
                    .isInstanceOf(InferenceException.class)
                    .hasMessage("Cannot infer row: gpu-1 is lost");
        }
    }

    @Test
    void emitsADefaultForTheClassesThatAreToHaveOne() throws Exception {
        ErrorPolicy policy = new ErrorPolicy(Map.of(ErrorClass.DATA, ErrorAction.DEFAULT_VALUE));
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(1)
                        .onError(policy, (row, cause) -> row + " has no answer: " + cause)
                        .open()) {
            operator.process(1);
            fail(operator, 0, new ShapeMismatchException("expects [-1, 784]"));

            assertThat(operator.output()).containsExactly("1 has no answer: expects [-1, 784]");
        }
    }

    @Test
    void failsTheTaskForTheClassesThatAreToFailIt() throws Exception {
        ErrorPolicy policy = new ErrorPolicy(Map.of(ErrorClass.DATA, ErrorAction.DEFAULT_VALUE));
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).onError(policy, (row, cause) -> "").open()) {
            operator.process(1);

            assertThatThrownBy(() -> fail(operator, 0, new DeadlineExceededException("after 5 ms")))
                    .isInstanceOf(InferenceException.class)
                    .hasMessage("Cannot infer row: after 5 ms");
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
                                    letter(1, "ShapeMismatchException", "expects [-1, 784]", 1),
                                    9));
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
                                    letter(2, "IllegalStateException", "cannot encode 2", 0)));
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
    void aDecoderThatReturnsNullFailsItsRow() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(2)
                        .deadLetters(TAG)
                        .decode((row, answer) -> row == 1 ? null : "ok")
                        .open()) {
            operator.process(1, 2);
            operator.answer(0);

            assertThat(operator.output()).containsExactly("ok");
            assertThat(operator.flink().getSideOutput(TAG))
                    .extracting(StreamRecord::getValue)
                    .singleElement()
                    .satisfies(
                            letter -> {
                                assertThat(letter.errorClass()).isEqualTo(ErrorClass.DATA);
                                assertThat(letter.cause())
                                        .startsWith(
                                                "Cannot decode answer: the decoder returned null.");
                            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "label not_found",
                "failed_precondition: no such lane",
                "Cannot load model of car 7",
                "404 NOT_FOUND",
                "RESOURCE_EXHAUSTED",
                "out of memory",
                "GPU has fallen off the bus",
            })
    void theTextOfADecodersExceptionAccusesNobody(String text) throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(1)
                        .deadLetters(TAG)
                        .decode(
                                (row, answer) -> {
                                    throw new IllegalStateException(text);
                                })
                        .open()) {
            operator.process(1);
            operator.answer(0);

            assertThat(operator.flink().getSideOutput(TAG))
                    .extracting(record -> record.getValue().errorClass())
                    .containsExactly(ErrorClass.DATA);
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

    private static void pause(InferenceHarness operator) throws Exception {
        operator.advanceMillis(LONGER_THAN_A_PAUSE);
    }

    private static ModelRunException sick() {
        return new ModelRunException("it fails what it ran").classified(ErrorClass.SICK_DEVICE);
    }

    private static DeadLetter<Integer> letter(
            int row, String exception, String cause, int attempts) {
        return new DeadLetter<>(row, ErrorClass.DATA, exception, cause, attempts, "", 0, 0);
    }
}
