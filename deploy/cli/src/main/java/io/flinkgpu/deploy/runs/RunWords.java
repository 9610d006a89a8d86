package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.Run;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.apache.flink.annotation.Internal;

/** Facts of a run as short texts. */
@Internal
public final class RunWords {

    /** The state of a run that goes on. */
    public static final String RUNNING = "RUNNING";

    /** The shortest time that a run may be silent before one wonders. */
    private static final Duration SILENCE = Duration.ofMinutes(2);

    /** Checkpoints that do not come, as a run tells of itself with each. */
    private static final int SILENT_CHECKPOINTS = 3;

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int BYTES_OF_NEXT_UNIT = 1024;

    private RunWords() {}

    /**
     * How the run ended, or that it runs; that the ledger has not heard of it for long, since a job
     * manager that is killed tells no end.
     */
    public static String state(Run run, Instant now) {
        if (run.ended() != null) {
            return run.ended().outcome().name();
        }
        Duration silent = Duration.between(run.lastSeen(), now);
        Duration rhythm = run.checkpointGap().multipliedBy(SILENT_CHECKPOINTS);
        Duration longest = rhythm.compareTo(SILENCE) > 0 ? rhythm : SILENCE;
        return silent.compareTo(longest) > 0 ? "SILENT for " + duration(silent) : RUNNING;
    }

    /** In UTC, to the second. */
    public static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Such as {@code 3 d 4 h}, {@code 5 min 6 s} or {@code 7.8 s}. */
    public static String duration(Duration time) {
        if (time.toDays() > 0) {
            return "%d d %d h".formatted(time.toDays(), time.toHoursPart());
        }
        if (time.toHours() > 0) {
            return "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
        }
        if (time.toMinutes() > 0) {
            return "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
        }
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    /** Such as {@code 512 B} or {@code 1.5 MiB}. */
    static String size(long bytes) {
        int unit = 0;
        double size = bytes;
        while (size >= BYTES_OF_NEXT_UNIT && unit < UNITS.size() - 1) {
            size /= BYTES_OF_NEXT_UNIT;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, "%.1f %s", size, UNITS.get(unit));
    }

    /** From its start to its end, or to its last sign of life. */
    static Duration length(Run run) {
        Instant end = run.ended() == null ? run.lastSeen() : run.ended().time();
        return Duration.between(run.begun().time(), end);
    }

    /** The placeholder of a text that is not there. */
    static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
