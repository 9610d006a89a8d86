package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    @Test
    void allowsRetriesWhileMoreThanHalfOfTheTokensAreThere() {
        RetryBudget budget = new RetryBudget(10, 0.1);

        for (int failure = 1; failure <= 4; failure++) {
            assertThat(budget.failed()).as("failure %d", failure).isTrue();
        }
        assertThat(budget.failed()).isFalse();
        assertThat(budget.allowsRetries()).isFalse();
    }

    @Test
    void successesPayForRetries() {
        RetryBudget budget = new RetryBudget(10, 0.5);
        for (int failure = 0; failure < 5; failure++) {
            budget.failed();
        }

        budget.succeeded();
        budget.succeeded();
        budget.succeeded();

        assertThat(budget.allowsRetries()).isTrue();
        assertThat(budget.failed()).isTrue();
        assertThat(budget.failed()).isFalse();
    }

    @Test
    void savesNoMoreThanItsTokens() {
        RetryBudget budget = new RetryBudget(2, 1);
        for (int success = 0; success < 100; success++) {
            budget.succeeded();
        }

        assertThat(budget.failed()).isFalse();
    }

    @Test
    void refusesTokensAndRatiosOutOfRange() {
        assertThatThrownBy(() -> new RetryBudget(0, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid retry tokens: 0. They must be at least 1.");
        for (double ratio : new double[] {0, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> new RetryBudget(10, ratio))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Invalid retry ratio: "
                                    + ratio
                                    + ". It must be above 0 and at most 1.");
        }
    }
}
