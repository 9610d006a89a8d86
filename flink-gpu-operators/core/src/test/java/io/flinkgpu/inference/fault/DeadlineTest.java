package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

    @Test
    void passesAtItsTime() {
        Deadline deadline = Deadline.after(Duration.ofNanos(10), now::get);
        assertThat(deadline.leftNanos()).isEqualTo(10);

        now.addAndGet(9); // the clock wraps around, as System.nanoTime() may
        assertThat(deadline.hasPassed()).isFalse();

        now.addAndGet(1);
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void canBePastFromTheStart() {
        assertThat(Deadline.after(Duration.ofNanos(-1), now::get).hasPassed()).isTrue();
    }

    @Test
    void neverPassesWhereThereIsNone() {
        assertThat(Deadline.none().hasPassed()).isFalse();
        assertThat(Deadline.none().leftNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
