package io.flinkgpu.connectors.budget;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BudgetOperatorTest {

    private OneInputStreamOperatorTestHarness<BudgetCount, Void> harness;

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void lettersThatAreToldBeforeTheirRowsAreNoLargerShare() throws Exception {
        open("1 %");

        rows(1_000);
        for (int tenths = 1; tenths <= 100; tenths++) {
            harness.setProcessingTime(100L * tenths);
            letters(90);
            rows(10_000);
        }
        letters(90);

        assertThatCode(harness::endInput).doesNotThrowAnyException();
    }

    @Test
    void aShareThatIsExceededForAWhileEndsTheJob() throws Exception {
        open("1 %");
        rows(10_000);
        letters(101);

        harness.setProcessingTime(1_000);
        rows(1);
        harness.setProcessingTime(2_000);

        assertThatThrownBy(() -> rows(1))
                .hasRootCauseInstanceOf(ErrorBudgetExceededException.class)
                .hasRootCauseMessage(
                        "Cannot go on: the error budget of 1 % is exceeded by 101 dead letters of 10,002 rows. Most are of class DATA (101); the latest: No image. Those of completed checkpoints are in /out. Mend what fails, or raise the budget, and resume the run from its last checkpoint.");
    }

    @Test
    void aShareIsExactAtTheEnd() throws Exception {
        open("1 %");
        rows(100);
        letters(2);

        assertThatThrownBy(harness::endInput)
                .hasRootCauseInstanceOf(ErrorBudgetExceededException.class);
    }

    @Test
    void aNumberIsHeldAtOnce() throws Exception {
        open("2 rows");
        letters(2);

        assertThatThrownBy(() -> letters(1))
                .hasRootCauseInstanceOf(ErrorBudgetExceededException.class);
    }

    private void open(String budget) throws Exception {
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        new BudgetOperator(new BudgetCheck(ErrorBudget.parse(budget), "/out")));
        harness.open();
        harness.setProcessingTime(0);
    }

    private void rows(long count) throws Exception {
        tell(new BudgetCount(count, Map.of(), ""));
    }

    private void letters(long count) throws Exception {
        tell(new BudgetCount(0, Map.of("DATA", count), "No image"));
    }

    private void tell(BudgetCount count) throws Exception {
        harness.processElement(new StreamRecord<>(count));
    }
}
