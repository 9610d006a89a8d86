package io.flinkgpu.inference.line;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Runs what it is given when its clock is moved. */
final class ManualTimer implements Function<Duration, Executor> {

    private final List<Work> waiting = new ArrayList<>();
    private long nowMillis;

    private record Work(long dueMillis, Runnable work) {}

    @Override
    public Executor apply(Duration delay) {
        return work -> waiting.add(new Work(nowMillis + delay.toMillis(), work));
    }

    void advance(Duration time) {
        nowMillis += time.toMillis();
        List<Work> due = waiting.stream().filter(work -> work.dueMillis() <= nowMillis).toList();
        waiting.removeAll(due);
        due.forEach(work -> work.work().run());
    }
}
