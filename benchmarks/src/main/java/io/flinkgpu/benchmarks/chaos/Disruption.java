package io.flinkgpu.benchmarks.chaos;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * Something that goes wrong.
 *
 * @param pause before it happens, from the end of the one before
 * @param victim which of the stage's victims is meant: a number that the stage takes modulo theirs;
 *     -1 is the last one
 * @param length how long it lasts; zero for what happens at once
 */
@Internal
public record Disruption(Kind kind, Duration pause, int victim, Duration length) {

    /** What goes wrong. */
    public enum Kind {
        /** A task manager is killed with SIGKILL, and started again at once. */
        KILL,
        /** The runs of a device take twenty times as long. */
        SLOW,
        /** The runs of a device do not end within the time that runs may take. */
        HANG,
        /** The runs of a device fail as a broken one's do. */
        BREAK,
        /** The connections to a replica are cut, and new ones are refused. */
        CUT,
        /** The pool is scaled to another size, and back. */
        RESCALE,
        /** A worker process of a Python class is killed with SIGKILL. */
        KILL_WORKER,
        /** The Kafka broker is killed with SIGKILL, and started again at once. */
        KILL_BROKER;

        /** Whether it is over as soon as it has happened. */
        boolean isMomentary() {
            return this == KILL || this == KILL_WORKER || this == KILL_BROKER;
        }
    }
}
