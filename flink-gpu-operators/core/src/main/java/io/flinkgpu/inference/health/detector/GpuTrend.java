package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.Suspicion;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What the readings of one device tell, one after the other. One thread at a time. */
final class GpuTrend {

    /** Clocks are held down for a moment under any load; in this many readings, it is a state. */
    static final int SLOW_READINGS = 3;

    private OptionalLong lastErrors = OptionalLong.empty();
    private int slowReadings;
    private int unreadable;

    /**
     * Adds a reading.
     *
     * @return a broken device if uncorrected errors have come since the last reading, a strike
     *     after each {@value #SLOW_READINGS} readings of slowed clocks, or of nothing, in a row
     */
    List<Suspicion> add(GpuReading reading) {
        List<Suspicion> suspicions = new ArrayList<>();
        addErrors(reading, suspicions);
        addSlowdown(reading, suspicions);
        addUnreadable(reading, suspicions);
        return suspicions;
    }

    // The first count is a base: its errors may be from long before this process.
    private void addErrors(GpuReading reading, List<Suspicion> suspicions) {
        if (reading.uncorrectedErrors().isEmpty()) {
            return;
        }
        long errors = reading.uncorrectedErrors().getAsLong();
        long more = errors - lastErrors.orElse(errors);
        lastErrors = reading.uncorrectedErrors();
        if (more > 0) {
            suspicions.add(
                    Suspicion.ofDevice(
                            reading.uuid(),
                            ErrorClass.FATAL_DEVICE,
                            "%d uncorrected ECC errors since the last look, %d in all"
                                    .formatted(more, errors)));
        }
    }

    private void addUnreadable(GpuReading reading, List<Suspicion> suspicions) {
        unreadable = reading.unreadable() ? unreadable + 1 : 0;
        if (unreadable == SLOW_READINGS) {
            unreadable = 0;
            suspicions.add(
                    Suspicion.ofDevice(
                            reading.uuid(),
                            ErrorClass.UNKNOWN,
                            "the driver could read nothing of it in %d looks in a row"
                                    .formatted(SLOW_READINGS)));
        }
    }

    private void addSlowdown(GpuReading reading, List<Suspicion> suspicions) {
        slowReadings = reading.slowedDown() ? slowReadings + 1 : 0;
        if (slowReadings == SLOW_READINGS) {
            slowReadings = 0;
            suspicions.add(
                    Suspicion.ofDevice(
                            reading.uuid(),
                            ErrorClass.TIMEOUT,
                            "the hardware held the clocks down in %d looks in a row"
                                    .formatted(SLOW_READINGS)));
        }
    }
}
