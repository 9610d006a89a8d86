package io.flinkgpu.inference.python;

import io.flinkgpu.inference.process.DaemonThreads;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker writes to its output and its errors: it goes to the log, and the last lines are
 * kept.
 */
final class WorkerOutput {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerOutput.class);
    private static final int LINES_KEPT = 30;
    private static final int MAX_LINE_CHARS = 4096;

    private final String worker;
    private final Reader stream;
    private final ArrayDeque<String> lastLines = new ArrayDeque<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /**
     * Begins to read.
     *
     * @param worker for people
     */
    WorkerOutput(String worker, Process process) {
        this.worker = worker;
        this.stream = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
        DaemonThreads.named("python-output-" + process.pid()).newThread(this::read).start();
    }

    /** The last lines, the oldest first. */
    synchronized List<String> lastLines() {
        return List.copyOf(lastLines);
    }

    /** Waits until the worker has closed its output, but not for ever: its children may have it. */
    void awaitEnd(Duration atMost) {
        end.completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    private void read() {
        StringBuilder line = new StringBuilder();
        try {
            for (int next = stream.read(); next >= 0; next = stream.read()) {
                boolean ends = next == '\n' || next == '\r';
                if (!ends) {
                    line.append((char) next);
                }
                if (ends || line.length() == MAX_LINE_CHARS) {
                    tell(line);
                }
            }
        } catch (IOException gone) {
            LOG.debug("The output of {} ended.", worker, gone);
        } finally {
            tell(line);
            end.complete(null);
        }
    }

    private void tell(StringBuilder text) {
        String line = text.toString().stripTrailing();
        text.setLength(0);
        if (line.isEmpty()) {
            return;
        }
        LOG.info("{}: {}", worker, line);
        synchronized (this) {
            if (lastLines.size() == LINES_KEPT) {
                lastLines.removeFirst();
            }
            lastLines.addLast(line);
        }
    }
}
