package io.flinkgpu.deploy.cluster;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * One started process, as the state file remembers it.
 *
 * @param startedAtMillis epoch milliseconds at which the operating system started the process;
 *     together with the id it tells the process from a later one that got the same id
 * @param directory its configuration, logs and temporary files, absolute
 */
@Internal
public record ProcessRecord(
        String name, ProcessRole role, long pid, long startedAtMillis, Path directory) {

    /** The system computes the start time from its boot time, which moves when the clock is set. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    static ProcessRecord of(ProcessSpec spec, ProcessHandle process, Path directory) {
        return of(spec.name(), spec.role(), process, directory);
    }

    /** What is remembered of a process that has just been started. */
    public static ProcessRecord of(
            String name, ProcessRole role, ProcessHandle process, Path directory) {
        long startedAt = process.info().startInstant().orElseGet(Instant::now).toEpochMilli();
        return new ProcessRecord(name, role, process.pid(), startedAt, directory);
    }

    /** The running process, empty if it has ended, even where another one has its id by now. */
    @JsonIgnore
    Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(this::isSameProcess)
                .filter(process -> !hasEnded(process.pid()));
    }

    /** Whether the process runs. */
    @JsonIgnore
    public boolean isAlive() {
        return handle().isPresent();
    }

    /** The log file of the process. */
    public Path logFile() {
        return directory.resolve("process.log");
    }

    /** What the process wrote to its standard output and error. */
    public Path outputFile() {
        return directory.resolve("process.out");
    }

    /**
     * Whether a process of the process table has ended nevertheless: where the first process of a
     * container never waits for orphans, they stay in the table.
     */
    private static boolean hasEnded(long pid) {
        try {
            // "pid (command) state ...": the command may hold anything, the last ')' ends it.
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
        } catch (IOException gone) {
            // Reaped since it was found alive, unless this system has no /proc at all.
            return Files.isDirectory(Path.of("/proc/self"));
        }
    }

    private boolean isSameProcess(ProcessHandle candidate) {
        return candidate
                .info()
                .startInstant()
                .map(started -> Math.abs(started.toEpochMilli() - startedAtMillis))
                .filter(difference -> difference <= CLOCK_TOLERANCE.toMillis())
                .isPresent();
    }
}
