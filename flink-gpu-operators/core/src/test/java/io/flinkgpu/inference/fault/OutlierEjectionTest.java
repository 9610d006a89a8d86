package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.OutlierEjection.Rules;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutlierEjectionTest {

    private long now;
    private final OutlierEjection<String> ejection =
            new OutlierEjection<>(Rules.defaults(), () -> now);

    @BeforeEach
    void fourMembers() {
        ejection.setMembers(List.of("a", "b", "c", "d"));
    }

    @Test
    void ejectsAfterFiveFailuresInARow() {
        fail("a", 4);
        assertThat(ejection.isEjected("a")).isFalse();

        assertThat(ejection.failed("a")).isTrue();
        assertThat(ejection.isEjected("a")).isTrue();
    }

    @Test
    void aSuccessBreaksTheRow() {
        fail("a", 4);
        ejection.succeeded("a", 10);
        fail("a", 4);

        assertThat(ejection.isEjected("a")).isFalse();
    }

    @Test
    void eachEjectionIsLongerUpToTheLongest() {
        for (int time = 1; time <= 12; time++) {
            fail("a", 5);
            pass(Duration.ofSeconds(Math.min(300, 30 * time)).minusNanos(1));
            assertThat(ejection.isEjected("a")).as("ejection %d", time).isTrue();
            pass(Duration.ofNanos(1));
            assertThat(ejection.isEjected("a")).as("ejection %d", time).isFalse();
        }
    }

    @Test
    void ejectsAtMostHalfOfTheMembers() {
        fail("a", 5);
        fail("b", 5);
        fail("c", 100);

        assertThat(ejection.isEjected("a")).isTrue();
        assertThat(ejection.isEjected("b")).isTrue();
        assertThat(ejection.isEjected("c")).isFalse();
    }

    @Test
    void keepsTheOnlyMember() {
        ejection.setMembers(List.of("a"));

        fail("a", 100);

        assertThat(ejection.isEjected("a")).isFalse();
    }

    @Test
    void ejectsAMemberThatIsSlowForThreeSweeps() {
        for (int sweep = 1; sweep <= 2; sweep++) {
            answer("a", 31);
            assertThat(ejection.sweep()).isEmpty();
        }

        answer("a", 31);

        assertThat(ejection.sweep()).containsExactly("a");
        assertThat(ejection.isEjected("a")).isTrue();
    }

    @Test
    void keepsAMemberThatIsThreeTimesAsSlowAsTheOthers() {
        for (int sweep = 0; sweep < 10; sweep++) {
            answer("a", 30);
            assertThat(ejection.sweep()).isEmpty();
        }
    }

    @Test
    void aFastSweepBreaksTheRow() {
        for (int sweep = 0; sweep < 10; sweep++) {
            answer("a", sweep % 3 == 2 ? 10 : 100);
            assertThat(ejection.sweep()).isEmpty();
        }
    }

    @Test
    void aSweepWithoutAnswersEjectsNobody() {
        assertThat(ejection.sweep()).isEmpty();
    }

    @Test
    void forgetsThoseThatLeave() {
        fail("a", 5);
        ejection.setMembers(List.of("b", "c"));
        assertThat(ejection.failed("a")).isFalse();

        ejection.setMembers(List.of("a", "b", "c"));

        assertThat(ejection.isEjected("a")).isFalse();
    }

    private void fail(String replica, int times) {
        for (int failure = 0; failure < times; failure++) {
            boolean unusedEjected = ejection.failed(replica);
        }
    }

    /** Everybody answers in 10 ns but one. */
    private void answer(String slow, long nanos) {
        for (String replica : List.of("a", "b", "c", "d")) {
            ejection.succeeded(replica, replica.equals(slow) ? nanos : 10);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
