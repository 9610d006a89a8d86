package io.flinkgpu.connectors.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBudgetTest {

    @ParameterizedTest
    @CsvSource({
        "100 rows,100 rows",
        "1 row,1 row",
        "0rows,0 rows",
        "1 %,1 %",
        "0.50%,0.5 %",
        "1 % after 1000 rows,1 %",
        "10 %  after 1 row,10 % after 1 rows"
    })
    void readsNumbersAndShares(String text, String shown) {
        assertThat(ErrorBudget.parse(text)).hasToString(shown);
        assertThat(ErrorBudget.parse(shown)).isEqualTo(ErrorBudget.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "rows", "-1 rows", "1 percent", "1 % after", "1,5 %"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> ErrorBudget.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid error budget: '%s'. Write it as '100 rows', '1 %%' or '1 %% after 500 rows'.",
                        text);
    }

    @Test
    void refusesSharesAboveTheWhole() {
        assertThatThrownBy(() -> ErrorBudget.parse("101 %"))
                .hasMessage("Invalid error budget: 101.0 %. It must be from 0 to 100 %.");
    }

    @Test
    void aNumberIsExceededByTheNextLetter() {
        ErrorBudget budget = ErrorBudget.parse("2 rows");

        assertThat(budget.isExceededBy(2, 2, true)).isFalse();
        assertThat(budget.isExceededBy(3, 3, false)).isTrue();
    }

    @Test
    void aShareCountsWhenEnoughRowsAreSeenAndAtTheEnd() {
        ErrorBudget budget = ErrorBudget.parse("1 % after 200 rows");

        assertThat(budget.isExceededBy(199, 199, false)).isFalse();
        assertThat(budget.isExceededBy(2, 199, true)).isTrue();
        assertThat(budget.isExceededBy(2, 200, false)).isFalse();
        assertThat(budget.isExceededBy(3, 200, false)).isTrue();
    }

    @Test
    void theMessageNamesBudgetCountsClassCauseAndPlace() {
        BudgetCheck check = new BudgetCheck(ErrorBudget.parse("2 rows"), "/out/failed");
        BudgetCount total =
                new BudgetCount(900, Map.of("DATA", 1L), "Old")
                        .plus(new BudgetCount(100, Map.of("DATA", 1L, "MODEL", 1L), "No image"));

        assertThat(check.problem(total, 0))
                .hasValue(
                        "Cannot go on: the error budget of 2 rows is exceeded by 3 dead letters of 1,000 rows. Most are of class DATA (2); the latest: No image. Those of completed checkpoints are in /out/failed. Mend what fails, or raise the budget, and resume the run from its last checkpoint.");
        assertThat(check.problemAtEnd(BudgetCount.NONE)).isEmpty();
    }
}
