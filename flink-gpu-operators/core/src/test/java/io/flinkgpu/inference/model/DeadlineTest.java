package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 3);

    @Test
    void passesWhenItsTimeIsOverAlsoWhereTheClockWraps() {
        Deadline deadline = Deadline.afterNanos(10, nanos::get);

        nanos.addAndGet(9);
        assertThat(deadline.leftNanos()).isEqualTo(1);
        assertThat(deadline.hasPassed()).isFalse();
        nanos.addAndGet(1);

        assertThat(deadline.leftNanos()).isZero();
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void mayBePastFromTheStart() {
        Deadline deadline = Deadline.afterNanos(-5, nanos::get);

        assertThat(deadline.leftNanos()).isEqualTo(-5);
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void noneNeverPasses() {
        assertThat(Deadline.none().leftNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(Deadline.none().hasPassed()).isFalse();
    }

    @Test
    void usesTheClockOfTheSystemUnlessToldOtherwise() {
        Deadline deadline = Deadline.after(Duration.ofHours(1));

        assertThat(deadline.leftNanos())
                .isBetween(Duration.ofMinutes(50).toNanos(), Duration.ofHours(1).toNanos());
        assertThat(deadline).isEqualTo(new Deadline(deadline.nanoTime(), false));
    }
}
