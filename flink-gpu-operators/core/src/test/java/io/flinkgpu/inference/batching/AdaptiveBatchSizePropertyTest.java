package io.flinkgpu.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class AdaptiveBatchSizePropertyTest {

    /** Whatever is answered, and whenever. */
    @Property(tries = 200)
    void staysWithinItsBounds(
            @ForAll @IntRange(min = 1, max = 100) int least,
            @ForAll @IntRange(min = 0, max = 5000) int further,
            @ForAll @LongRange(min = 1, max = 100_000_000) long slowestNanos,
            @ForAll long start,
            @ForAll Random random) {
        AtomicLong now = new AtomicLong(start);
        AdaptiveBatchSize size =
                new AdaptiveBatchSize(
                        least, least + further, Duration.ofNanos(slowestNanos), now::get);

        for (int step = 0; step < 2000; step++) {
            now.addAndGet(random.nextLong(slowestNanos));
            long roundTripNanos = random.nextLong(slowestNanos);
            if (random.nextInt(100) == 0) {
                size.timedOut(roundTripNanos);
            } else if (random.nextInt(50) == 0) {
                size.answered(1 + random.nextInt(least + further), roundTripNanos);
            } else {
                size.answered(size.rows(), roundTripNanos);
            }
            assertThat(size.rows()).isBetween(least, least + further);
        }
    }
}
