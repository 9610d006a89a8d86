package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When batches are sent, and what becomes of futures. */
class AwaitedRowsTest {

    private final ShapeMismatchException badRow = new ShapeMismatchException("bad row");

    @Test
    void sendsABatchThatIsFull() {
        AwaitedRowsHarness inference = AwaitedRowsHarness.builder().batch(2).open();

        inference.inferAll(1, 2, 3);

        assertThat(inference.client.batches()).containsExactly(List.of(1, 2));
    }

    @Test
    void sendsABatchAtItsDelay() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .option(InferenceOptions.MAX_BATCH_DELAY, Duration.ofMillis(20))
                        .open();
        inference.inferAll(1, 2);
        inference.pass(Duration.ofMillis(19));
        assertThat(inference.client.batches()).isEmpty();

        inference.pass(Duration.ofMillis(1));

        assertThat(inference.client.batches()).containsExactly(List.of(1, 2));
    }

    @Test
    void sendsWhatTheCallerCanGive() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder().batch(10).callersCapacity(3).open();

        inference.inferAll(1, 2, 3);

        assertThat(inference.client.batches()).containsExactly(List.of(1, 2, 3));
    }

    @Test
    void waitsForNoRowThatCannotComeBeforeItsAnswer() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder().batch(4).callersCapacity(6).open();
        inference.inferAll(1, 2, 3, 4, 5, 6);
        assertThat(inference.client.batches()).containsExactly(List.of(1, 2, 3, 4));

        inference.answer(0);
        inference.inferAll(7, 8);
        assertThat(inference.client.batches()).endsWith(List.of(5, 6, 7, 8));

        inference.inferAll(9, 10);
        inference.answer(1);
        inference.inferAll(11, 12);
        assertThat(inference.client.batches()).endsWith(List.of(9, 10, 11, 12));
    }

    @Test
    void rowsBeyondTheCapacityOfTheSettingsWaitAndHaveTheirTurn() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .batch(2)
                        .option(InferenceOptions.CAPACITY, 2)
                        .callersCapacity(10)
                        .open();
        inference.inferAll(1, 2, 3, 4, 5);
        assertThat(inference.client.batches()).containsExactly(List.of(1, 2));

        inference.answer(0);

        assertThat(inference.client.batches()).containsExactly(List.of(1, 2), List.of(3, 4));
    }

    @Test
    void answersEachRowInTheOrderOfItsBatch() {
        AwaitedRowsHarness inference = AwaitedRowsHarness.builder().batch(2).open();
        List<CompletableFuture<String>> answers = inference.inferAll(1, 2, 3, 4);

        inference.answer(1);
        inference.answer(0);

        assertThat(answers).extracting(CompletableFuture::join).containsExactly("1", "2", "3", "4");
        assertThat(inference.done).containsExactly(3, 4, 1, 2);
    }

    @Test
    void aBadRowFailsAlone() {
        AwaitedRowsHarness inference = AwaitedRowsHarness.builder().batch(2).open();
        List<CompletableFuture<String>> answers = inference.inferAll(1, 2);

        inference.fail(0, badRow);
        inference.answer(1);
        inference.fail(2, badRow);

        assertThat(answers.get(0).join()).isEqualTo("1");
        assertThatThrownBy(answers.get(1)::join)
                .cause()
                .isInstanceOfSatisfying(
                        RowFailedException.class,
                        failure -> {
                            assertThat(failure.errorClass()).isEqualTo(ErrorClass.DATA);
                            assertThat(failure.attempts()).isEqualTo(2);
                        })
                .hasMessage("bad row")
                .hasCause(badRow);
    }

    @Test
    void aBadRowFailsAloneAlsoWhereItIsToFailTheJob() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder().batch(2).onError(ErrorAction.FAIL).open();
        List<CompletableFuture<String>> answers = inference.inferAll(1, 2);

        inference.fail(0, badRow);
        inference.fail(1, badRow);
        inference.answer(2);

        assertThatThrownBy(answers.get(0)::join)
                .cause()
                .isInstanceOf(InferenceException.class)
                .hasMessage("Cannot infer row: bad row")
                .hasCause(badRow);
        assertThat(answers.get(1).join()).isEqualTo("2");
        assertThat(inference.infer(3)).isNotDone();
    }

    @Test
    void givesTheDefaultInPlaceOfABadRow() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .batch(1)
                        .defaultValue((row, reason) -> row + ": " + reason)
                        .open();
        CompletableFuture<String> answer = inference.infer(1);

        inference.fail(0, badRow);

        assertThat(answer.join()).isEqualTo("1: bad row");
    }

    @Test
    void aRowWhoseDefaultFailsFailsAlone() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .batch(1)
                        .defaultValue(
                                (row, reason) -> {
                                    throw new IllegalStateException("no default");
                                })
                        .open();
        CompletableFuture<String> answer = inference.infer(1);

        inference.fail(0, badRow);

        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOf(InferenceException.class)
                .hasMessage("Cannot make default value of row: no default");
        assertThat(inference.infer(2)).isNotDone();
    }

    @Test
    void aRowThatCannotBeEncodedFailsAlone() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .batch(2)
                        .encode(
                                (row, writer) -> {
                                    if (row == 1) {
                                        throw new IllegalStateException("no pixels");
                                    }
                                    writer.ints("", row);
                                })
                        .open();

        List<CompletableFuture<String>> answers = inference.inferAll(1, 2, 3);
        inference.answer(0);

        assertThatThrownBy(answers.get(0)::join)
                .cause()
                .isInstanceOfSatisfying(
                        RowFailedException.class,
                        failure -> assertThat(failure.attempts()).isZero())
                .hasMessage("no pixels");
        assertThat(answers.get(1).join()).isEqualTo("2");
        assertThat(answers.get(2).join()).isEqualTo("3");
    }

    @Test
    void aRowWhoseAnswerCannotBeDecodedFailsAlone() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .batch(2)
                        .decode(
                                (row, answer) -> {
                                    if (row == 1) {
                                        throw new IllegalStateException("no label");
                                    }
                                    return "good";
                                })
                        .open();
        List<CompletableFuture<String>> answers = inference.inferAll(1, 2);

        inference.answer(0);

        assertThatThrownBy(answers.get(0)::join)
                .cause()
                .isInstanceOf(RowFailedException.class)
                .hasMessage("no label");
        assertThat(answers.get(1).join()).isEqualTo("good");
    }

    @Test
    void anErrorFailsItsRowsWithTheCause() {
        AwaitedRowsHarness inference = AwaitedRowsHarness.builder().batch(1).open();
        CompletableFuture<String> answer = inference.infer(1);

        inference.fail(0, new NoClassDefFoundError("org/tensorflow/Session"));

        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOf(InferenceException.class)
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void aRowMayFailAtItsDeadline() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .option(InferenceOptions.DEADLINE, Duration.ofMillis(100))
                        .option(InferenceOptions.MAX_BATCH_DELAY, Duration.ofMillis(30))
                        .open();
        CompletableFuture<String> answer = inference.infer(1);
        inference.pass(Duration.ofMillis(30));
        assertThat(inference.client.call(0).deadline().leftNanos())
                .isEqualTo(Duration.ofMillis(70).toNanos());

        inference.fail(0, new DeadlineExceededException("too late"));

        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOfSatisfying(
                        RowFailedException.class,
                        failure -> assertThat(failure.errorClass()).isEqualTo(ErrorClass.TIMEOUT));
    }

    @Test
    void aModelThatCannotBeLoadedFailsRowsThatWaitAndThoseToCome() {
        AwaitedRowsHarness inference = AwaitedRowsHarness.builder().open();
        CompletableFuture<String> before = inference.infer(1);
        inference.client.failToLoad(new ModelLoadException("no such file"));
        inference.thread.runActions();

        CompletableFuture<String> after = inference.infer(2);

        assertThat(List.of(before, after))
                .allSatisfy(
                        answer ->
                                assertThatThrownBy(answer::join)
                                        .cause()
                                        .isInstanceOf(InferenceException.class)
                                        .hasMessage("no such file"));
        assertThat(inference.client.isClosed()).isTrue();
    }

    @Test
    void aStallThatNothingHelpsAgainstFailsTheRows() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder()
                        .batch(1)
                        .option(InferenceOptions.WATCHDOG_TIMEOUT, Duration.ofSeconds(1))
                        .open();
        inference.client.becomeReady();
        inference.thread.runActions();
        CompletableFuture<String> answer = inference.infer(1);
        inference.pass(Duration.ofMillis(2_500));
        assertThat(inference.client.moves()).isEqualTo(1);
        assertThat(answer).isNotDone();

        inference.pass(Duration.ofMillis(500));

        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("has had no answer for 1 rows since PT3S");
    }

    @Test
    void tryingAgainAnswersTheRow() {
        AwaitedRowsHarness inference = AwaitedRowsHarness.builder().batch(1).open();
        CompletableFuture<String> answer = inference.infer(1);
        inference.fail(0, new ModelRunException("a glitch"));
        assertThat(answer).isNotDone();

        inference.pass(Duration.ofSeconds(1));
        inference.answer(1);

        assertThat(answer.join()).isEqualTo("1");
    }

    @Test
    void closeFailsWhatIsLeftWhereverItIs() {
        AwaitedRowsHarness inference =
                AwaitedRowsHarness.builder().batch(2).option(InferenceOptions.CAPACITY, 3).open();
        List<CompletableFuture<String>> answers = inference.inferAll(1, 2, 3, 4);
        inference.close();
        inference.client.call(0).answer();

        assertThat(answers)
                .allSatisfy(
                        answer ->
                                assertThatThrownBy(answer::join)
                                        .isInstanceOf(CompletionException.class)
                                        .cause()
                                        .isInstanceOf(InferenceException.class)
                                        .hasMessage("Cannot infer row: its inference was closed."));
        assertThat(inference.client.isClosed()).isTrue();
        assertThat(inference.infer(5)).isCompletedExceptionally();
    }

    @ParameterizedTest
    @MethodSource
    void rowsFailAlsoWhereTheClientCannotBeClosed(Throwable stuck) {
        AwaitedRowsHarness inference = AwaitedRowsHarness.builder().open();
        CompletableFuture<String> answer = inference.infer(1);
        inference.client.failToClose(stuck);

        inference.close();

        assertThatThrownBy(answer::join)
                .cause()
                .hasMessage("Cannot infer row: its inference was closed.")
                .hasSuppressedException(stuck);
    }

    static Stream<Throwable> rowsFailAlsoWhereTheClientCannotBeClosed() {
        return Stream.of(
                new IllegalStateException("stuck"),
                new NoClassDefFoundError("org/tensorflow/Session"));
    }
}
