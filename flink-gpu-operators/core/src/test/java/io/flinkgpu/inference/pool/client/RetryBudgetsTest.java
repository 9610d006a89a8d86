package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.RetryBudget;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetryBudgetsTest {

    private static final ReplicaAddress SICK = new ReplicaAddress("sick", 1);
    private static final ReplicaAddress SICK_TOO = new ReplicaAddress("sick-too", 1);
    private static final ReplicaAddress HEALTHY = new ReplicaAddress("healthy", 1);

    private final RetryBudgets budgets = new RetryBudgets(() -> new RetryBudget(10, 0.1));

    @Test
    void aPoolSpendsNoneOfAnothers() {
        budgets.setMembers(List.of(pool("a", SICK, SICK_TOO), pool("b", HEALTHY)));

        spend(SICK);

        assertThat(budgets.of(SICK_TOO).failed()).isFalse();
        assertThat(budgets.of(HEALTHY).failed()).isTrue();
    }

    @Test
    void aPoolThatStaysKeepsWhatItHasLeft() {
        budgets.setMembers(List.of(pool("a", SICK)));
        spend(SICK);

        budgets.setMembers(List.of(pool("a", SICK_TOO), pool("b", HEALTHY)));

        assertThat(budgets.of(SICK_TOO).failed()).isFalse();
        assertThat(budgets.of(HEALTHY).failed()).isTrue();
    }

    @Test
    void replicasThatLeftHaveOneOfTheirOwn() {
        budgets.setMembers(List.of(pool("a", SICK)));
        budgets.setMembers(List.of(pool("a", HEALTHY)));

        spend(SICK);

        assertThat(budgets.of(HEALTHY).failed()).isTrue();
    }

    private void spend(ReplicaAddress replica) {
        for (int i = 0; i < 10; i++) {
            boolean unused = budgets.of(replica).failed();
        }
    }

    private static Membership pool(String name, ReplicaAddress... replicas) {
        return new Membership(
                PoolAddress.parse("flink://localhost:1/" + name),
                1,
                true,
                Stream.of(replicas).map(Replica::at).toList());
    }
}
