package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HedgePolicyTest {

    @Test
    void waitsForTheNinetyFifthPercentile() {
        HedgePolicy policy = new HedgePolicy(0.05);
        for (int request = 1; request <= 100; request++) {
            policy.started();
            policy.answered(Duration.ofMillis(request));
        }

        // The quantile may be as old as a few answers.
        assertThat(policy.started())
                .hasValueSatisfying(late -> assertThat(late.toMillis()).isBetween(90L, 95L));
    }

    @Test
    void saysNothingOfTheFirstRequests() {
        HedgePolicy policy = new HedgePolicy(0.05);

        for (int request = 1; request <= 50; request++) {
            assertThat(policy.started()).isEmpty();
            policy.answered(Duration.ofMillis(1));
        }
        assertThat(policy.started()).isPresent();
    }

    @Test
    void hedgesNoMoreThanTheShare() {
        HedgePolicy policy = new HedgePolicy(0.05);
        int hedges = 0;

        for (int request = 0; request < 1000; request++) {
            policy.started();
            hedges += policy.tryHedge() ? 1 : 0;
        }

        assertThat(hedges).isEqualTo(50);
    }

    @Test
    void neverHedgesWithAShareOfZero() {
        HedgePolicy policy = new HedgePolicy(0);
        for (int request = 0; request < 200; request++) {
            assertThat(policy.started()).isEmpty();
            assertThat(policy.tryHedge()).isFalse();
            policy.answered(Duration.ofMillis(1));
        }
    }

    @Test
    void refusesSharesOutOfRange() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new HedgePolicy(share))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Invalid share of hedges: " + share + ". It must be 0 to 1.");
        }
    }
}
