package io.flinkgpu.inference.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * The memory that this process holds, as the operating system counts it.
 *
 * @param residentBytes everything that lies in main memory, files mapped into the process included
 * @param pinnedBytes the part that the system cannot drop and read again: what the process wrote
 *     itself. A container that may not have more is ended
 */
@Internal
public record ProcessMemory(long residentBytes, long pinnedBytes) {

    private static final Path PROCESSES = Path.of("/proc");
    private static final String ANONYMOUS = "RssAnon:";
    private static final String SHARED = "RssShmem:";
    private static final int BYTES_OF_KIBIBYTE = 1024;

    /** As it is; empty on another system than Linux. */
    public static Optional<ProcessMemory> now() {
        return read(PROCESSES.resolve("self/status"));
    }

    /** That of another process of this user; empty if there is none. */
    public static Optional<ProcessMemory> of(long pid) {
        return read(PROCESSES.resolve(pid + "/status"));
    }

    /**
     * That of this process and of all that it started, as a container counts it; empty on another
     * system than Linux. What children share with others is left out of their pinned part.
     */
    public static Optional<ProcessMemory> withChildren() {
        return now().map(
                        own ->
                                ProcessHandle.current()
                                        .descendants()
                                        .flatMap(child -> ofChild(child.pid()).stream())
                                        .reduce(own, ProcessMemory::plus));
    }

    private static Optional<ProcessMemory> ofChild(long pid) {
        return read(PROCESSES.resolve(pid + "/status"), List.of(ANONYMOUS));
    }

    private ProcessMemory plus(ProcessMemory other) {
        return new ProcessMemory(
                residentBytes + other.residentBytes, pinnedBytes + other.pinnedBytes);
    }

    /** Reads a file like Linux's {@code /proc/<pid>/status}, see proc(5). */
    static Optional<ProcessMemory> read(Path status) {
        return read(status, List.of(ANONYMOUS, SHARED));
    }

    private static Optional<ProcessMemory> read(Path status, List<String> pinned) {
        List<String> lines;
        try {
            lines = Files.readAllLines(status);
        } catch (IOException noSuchSystem) {
            return Optional.empty();
        }
        long resident = bytes(lines, "VmRSS:");
        return resident == 0
                ? Optional.empty()
                : Optional.of(
                        new ProcessMemory(
                                resident,
                                pinned.stream().mapToLong(part -> bytes(lines, part)).sum()));
    }

    /** Of a line such as {@code VmRSS: 1234 kB}; 0 if there is none. */
    private static long bytes(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split(" ", 2)[0])
                .mapToLong(number -> Long.parseLong(number) * BYTES_OF_KIBIBYTE)
                .findFirst()
                .orElse(0);
    }
}
