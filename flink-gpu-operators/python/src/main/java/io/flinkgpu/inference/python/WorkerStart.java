package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Stopwatch;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings workers of one model on one device up. Safe for use by many threads. */
final class WorkerStart {

    /** Watches over all workers of this process. */
    static final ScheduledExecutorService TIMER =
            DaemonThreads.timer(DaemonThreads.named("python-timer"));

    private static final Logger LOG = LoggerFactory.getLogger(WorkerStart.class);

    private final ModelRef model;
    private final ModelDevice device;
    private final PythonConfig config;
    private final Interpreter interpreter;
    private final Tracebacks tracebacks = new Tracebacks();

    WorkerStart(ModelRef model, ModelDevice device, PythonConfig config) {
        this.model = model;
        this.device = device;
        this.config = config;
        this.interpreter = new Interpreter(config, device);
    }

    /**
     * Starts a worker; blocks until it has loaded the code.
     *
     * @throws ModelLoadException if it has not, with what it wrote
     */
    WorkerProcess start() throws ModelLoadException {
        Stopwatch time = Stopwatch.start();
        Path directory = null;
        try {
            directory = Interpreter.newDirectory();
            try (ServerSocketChannel server =
                    ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(Interpreter.address(directory));
                return start(directory, server, time);
            }
        } catch (IOException failure) {
            deleteIfMade(directory);
            throw unloadable(
                    "cannot start '%s': %s. Set %s or %s to a Python with numpy."
                            .formatted(
                                    config.launch().executable(),
                                    failure.getMessage(),
                                    PythonOptions.EXECUTABLE.key(),
                                    PythonOptions.VIRTUAL_ENVIRONMENT.key()),
                    failure);
        } catch (ModelLoadException | RuntimeException failure) {
            deleteIfMade(directory);
            throw failure;
        }
    }

    private WorkerProcess start(Path directory, ServerSocketChannel server, Stopwatch time)
            throws IOException, ModelLoadException {
        Process process = interpreter.start(directory);
        String name = "%s (pid %d on %s)".formatted(config.name(), process.pid(), device);
        WorkerOutput output = new WorkerOutput(name, process);
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> timeout =
                TIMER.schedule(
                        () -> {
                            late.set(true);
                            ProcessEnd.kill(process);
                        },
                        config.launch().startTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        CompletableFuture<?> unusedEnd = process.onExit().thenRun(() -> close(server));
        WorkerChannel channel = null;
        try {
            channel = new WorkerChannel(server.accept());
            Interpreter.unlinkSocket(directory);
            channel.send(FrameWriter.start(config.code()), List.of());
            WorkerReady ready = awaitReady(name, channel, process, output, late);
            LOG.info(
                    "{} is ready after {} ms: {}, numpy {}.",
                    name,
                    time.time().toMillis(),
                    ready.interpreter(),
                    ready.numpy());
            return new WorkerProcess(
                    new WorkerProcess.Started(name, process, directory, channel, output, ready),
                    device,
                    config,
                    tracebacks);
        } catch (IOException ended) {
            ModelLoadException reason = ended(process, output, late);
            closeAll(process, channel);
            throw reason;
        } catch (ModelLoadException | RuntimeException failure) {
            closeAll(process, channel);
            throw failure;
        } finally {
            timeout.cancel(false);
        }
    }

    private WorkerReady awaitReady(
            String name,
            WorkerChannel channel,
            Process process,
            WorkerOutput output,
            AtomicBoolean late)
            throws IOException, ModelLoadException {
        for (Optional<Frame> frame = channel.receive();
                frame.isPresent();
                frame = channel.receive()) {
            Frame said = frame.get();
            if (said.kind() == Frame.READY) {
                return WorkerReady.read(said);
            }
            if (said.kind() == Frame.REFUSED) {
                throw refused(said);
            }
            LOG.info("{} {}.", name, said.readText());
        }
        throw ended(process, output, late);
    }

    private ModelLoadException refused(Frame frame) {
        String type = frame.readTexts().get(0);
        String message = frame.readText();
        PythonException traceback = new PythonException(frame.readText());
        return type.equals("Refusal")
                ? unloadable(message + ".", null)
                : unloadable("%s: %s".formatted(type, message), traceback);
    }

    private ModelLoadException ended(Process process, WorkerOutput output, AtomicBoolean late) {
        int status = ProcessEnd.await(process);
        if (late.get()) {
            return unloadable(
                    "its worker was not ready within %s. Raise %s if it needs more."
                            .formatted(
                                    config.launch().startTimeout(),
                                    PythonOptions.START_TIMEOUT.key()),
                    null);
        }
        output.awaitEnd(ProcessEnd.OUTPUT_GRACE);
        return unloadable(
                "its worker %s.%s"
                        .formatted(
                                WorkerExit.describe(status),
                                WorkerExit.lastWords(output.lastLines())),
                null);
    }

    private ModelLoadException unloadable(String reason, Throwable cause) {
        return new ModelLoadException(
                "Cannot load model '%s' on %s: %s".formatted(model.location(), device, reason),
                cause);
    }

    private static void closeAll(Process process, WorkerChannel channel) {
        ProcessEnd.kill(process);
        if (channel != null) {
            channel.close();
        }
    }

    private static void close(ServerSocketChannel server) {
        try {
            server.close();
        } catch (IOException failure) {
            LOG.debug("Cannot close the socket of a worker.", failure);
        }
    }

    private static void deleteIfMade(Path directory) {
        if (directory != null) {
            Interpreter.delete(directory);
        }
    }
}
