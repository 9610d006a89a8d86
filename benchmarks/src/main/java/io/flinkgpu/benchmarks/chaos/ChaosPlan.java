package io.flinkgpu.benchmarks.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.apache.flink.annotation.Internal;

/** Draws disruptions from a seed: the same ones each time. Not thread-safe. */
@Internal
public final class ChaosPlan {

    private static final int MIN_PAUSE_MILLIS = 2_000;
    private static final int MAX_PAUSE_MILLIS = 6_000;
    private static final int MIN_LENGTH_MILLIS = 3_000;
    private static final int MAX_LENGTH_MILLIS = 8_000;
    private static final int VICTIMS = 1_000;

    private final Random random;
    private final List<Disruption.Kind> kinds;
    private final Deque<Disruption> first;

    /**
     * A plan of disruptions of these kinds.
     *
     * @param kinds at least one
     * @param first what happens before anything is drawn
     */
    public ChaosPlan(long seed, List<Disruption.Kind> kinds, List<Disruption> first) {
        this.random = new Random(seed);
        this.kinds = List.copyOf(kinds);
        this.first = new ArrayDeque<>(first);
    }

    /** What happens next. */
    public Disruption next() {
        return first.isEmpty() ? draw() : first.remove();
    }

    private Disruption draw() {
        Disruption.Kind kind = kinds.get(random.nextInt(kinds.size()));
        Duration pause = between(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS);
        int victim = random.nextInt(VICTIMS);
        Duration length = between(MIN_LENGTH_MILLIS, MAX_LENGTH_MILLIS);
        return new Disruption(kind, pause, victim, kind.isMomentary() ? Duration.ZERO : length);
    }

    private Duration between(int least, int most) {
        return Duration.ofMillis(least + random.nextInt(most - least));
    }
}
