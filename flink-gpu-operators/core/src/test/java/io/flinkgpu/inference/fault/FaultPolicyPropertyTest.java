package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.OutlierEjection.Rules;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class FaultPolicyPropertyTest {

    @Property
    void retriesNeverExceedTheBudget(
            @ForAll @IntRange(min = 1, max = 50) int maxTokens,
            @ForAll @DoubleRange(min = 0.01, max = 1) double ratio,
            @ForAll @DoubleRange(min = 0, max = 1) double failureShare,
            @ForAll Random random) {
        RetryBudget budget = new RetryBudget(maxTokens, ratio);
        int successes = 0;
        int retries = 0;

        for (int attempt = 0; attempt < 1000; attempt++) {
            if (random.nextDouble() < failureShare) {
                retries += budget.failed() ? 1 : 0;
            } else {
                budget.succeeded();
                successes++;
            }
            assertThat((double) retries).isLessThanOrEqualTo(maxTokens / 2.0 + ratio * successes);
        }
    }

    @Property
    void someMembersAlwaysStay(
            @ForAll @IntRange(min = 1, max = 10) int members, @ForAll Random random) {
        AtomicLong now = new AtomicLong();
        OutlierEjection<Integer> ejection = new OutlierEjection<>(Rules.defaults(), now::get);
        List<Integer> all = IntStream.range(0, members).boxed().toList();
        ejection.setMembers(all);

        for (int step = 0; step < 500; step++) {
            int member = random.nextInt(members);
            switch (random.nextInt(4)) {
                case 0 -> ejection.succeeded(member, random.nextInt(1000));
                case 1 -> ejection.sweep();
                default -> ejection.failed(member);
            }
            now.addAndGet(random.nextInt(1_000_000_000));
            long ejected = all.stream().filter(ejection::isEjected).count();
            assertThat(ejected).isLessThan(members).isLessThanOrEqualTo(members / 2);
        }
    }
}
