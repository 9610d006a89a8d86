package io.flinkgpu.inference.python;

import java.util.List;
import java.util.Map;

/** How a worker's process ended, in words. */
final class WorkerExit {

    /** A JVM reports a signal as 128 and its number, as a shell does. */
    private static final int SIGNALS = 128;

    private static final int LINES_IN_MESSAGE = 10;

    /** signal(7), x86 and ARM. */
    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(1, "SIGHUP"),
                    Map.entry(2, "SIGINT"),
                    Map.entry(3, "SIGQUIT"),
                    Map.entry(4, "SIGILL"),
                    Map.entry(6, "SIGABRT"),
                    Map.entry(7, "SIGBUS"),
                    Map.entry(8, "SIGFPE"),
                    Map.entry(9, "SIGKILL, as the system does where memory runs out"),
                    Map.entry(11, "SIGSEGV"),
                    Map.entry(13, "SIGPIPE"),
                    Map.entry(15, "SIGTERM"));

    private WorkerExit() {}

    /** Such as {@code was ended by signal 11 (SIGSEGV)}. */
    static String describe(int status) {
        if (status < 0) {
            return "cannot be ended by the system";
        }
        if (status <= SIGNALS) {
            return "ended with exit code " + status;
        }
        int signal = status - SIGNALS;
        return "was ended by signal %d (%s)"
                .formatted(signal, NAMES.getOrDefault(signal, "unknown"));
    }

    /** A sentence with the last lines that it wrote; empty if there are none. */
    static String lastWords(List<String> lines) {
        List<String> told =
                lines.stream().map(String::strip).filter(line -> !isOfWorker(line)).toList();
        List<String> last = told.subList(Math.max(0, told.size() - LINES_IN_MESSAGE), told.size());
        return last.isEmpty() ? "" : " It wrote last: " + String.join(" | ", last);
    }

    /** Frames of the worker's own file tell nothing of the code. */
    private static boolean isOfWorker(String line) {
        return line.startsWith("File ") && line.contains(Interpreter.WORKER_FILE);
    }
}
