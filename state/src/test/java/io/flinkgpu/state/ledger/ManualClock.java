package io.flinkgpu.state.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves when a test says so. */
final class ManualClock implements InstantSource {

    private Duration passed = Duration.ZERO;

    void advance(Duration time) {
        passed = passed.plus(time);
    }

    long nanos() {
        return passed.toNanos();
    }

    @Override
    public Instant instant() {
        return TestingEntries.START.plus(passed);
    }
}
