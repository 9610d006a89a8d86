package io.flinkgpu.resources.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the program {@code nvidia-smi}, or one that answers as it does, for a limited time.
 *
 * <p>Safe for any thread; each call runs the program once. A program that hangs is killed. One that
 * cannot be killed, as while it waits for the driver, is not joined by another: until it has ended,
 * each call is without an answer.
 */
@Internal
public final class NvidiaSmi {

    private static final Logger LOG = LoggerFactory.getLogger(NvidiaSmi.class);

    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(1);

    private final String command;
    private final Duration timeout;
    @Nullable private volatile Process hung;

    /**
     * What the program printed until it ended.
     *
     * @param exitCode 0 if all went well
     * @param text of both its streams
     */
    public record Answer(int exitCode, String text) {}

    /**
     * Runs nothing yet.
     *
     * @param command the program's name or path, such as {@code nvidia-smi}
     * @param timeout how long the program may take, above 0
     * @throws IllegalArgumentException if the timeout is not above 0
     */
    public NvidiaSmi(String command, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "Invalid timeout of " + command + ": " + timeout + ". It must be above 0.");
        }
        this.command = command;
        this.timeout = timeout;
    }

    /**
     * Runs the program and waits for its end.
     *
     * @return empty if it gave no answer in time
     * @throws DeviceDiscoveryException if it cannot be started, or the thread is interrupted, which
     *     leaves the thread's mark
     */
    public Optional<Answer> run(List<String> arguments) {
        Process earlier = hung;
        if (earlier != null && earlier.isAlive()) {
            return Optional.empty();
        }
        Path output = null;
        try {
            // A file instead of a pipe: reading it cannot block when the program hangs.
            output = Files.createTempFile("nvidia-smi", ".txt");
            return run(arguments, output);
        } catch (IOException e) {
            throw new DeviceDiscoveryException(
                    "Cannot run " + command + ": " + e.getMessage() + ". Is the driver installed?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceDiscoveryException("Cannot run " + command + ": interrupted.", e);
        } finally {
            delete(output);
        }
    }

    private Optional<Answer> run(List<String> arguments, Path output)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        if (!endsInTime(process)) {
            hung = process;
            return Optional.empty();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        return Optional.of(new Answer(process.exitValue(), text));
    }

    private boolean endsInTime(Process process) throws InterruptedException {
        boolean ended = false;
        try {
            ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (!ended) {
            process.waitFor(KILL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }
        return ended;
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.debug("Left {} behind.", file, e);
        }
    }
}
