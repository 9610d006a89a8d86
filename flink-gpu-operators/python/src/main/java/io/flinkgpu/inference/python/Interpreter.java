package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.process.DaemonThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Starts Python processes on a device, each in a directory of its own with the worker's file. */
final class Interpreter {

    /** A worker's environment: the device's bytes that are its share. */
    static final String MEMORY_BYTES = "FLINK_GPU_MEMORY_BYTES";

    /** A worker's environment: the same as a fraction of the whole device. */
    static final String MEMORY_FRACTION = "FLINK_GPU_MEMORY_FRACTION";

    /** Threads of OpenMP, OpenBLAS, MKL and torch, by OpenMP's specification (section 21.1.2). */
    private static final String THREADS = "OMP_NUM_THREADS";

    /** The worker, in this package and in the directory of each. */
    static final String WORKER_FILE = "flink_gpu_worker.py";

    private static final String SOCKET_FILE = "s";

    /** sun_path of unix(7) has 108 bytes, and a zero at its end. */
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    private static final Path SHORT_DIRECTORY = Path.of("/tmp");

    /**
     * Starts all processes. INVARIANT: this thread never ends, because Linux takes the thread that
     * started a process for its parent (PR_SET_PDEATHSIG of prctl(2)).
     */
    private static final ExecutorService LAUNCHER =
            Executors.newSingleThreadExecutor(DaemonThreads.named("python-launcher"));

    private final PythonConfig config;
    private final ModelDevice device;

    Interpreter(PythonConfig config, ModelDevice device) {
        this.config = config;
        this.device = device;
    }

    /** A directory with the worker's file, in which its socket has room for its path. */
    static Path newDirectory() throws IOException {
        Path directory = Files.createTempDirectory("flink-gpu-python-");
        if (socket(directory).toString().getBytes(StandardCharsets.UTF_8).length
                > MAX_SOCKET_PATH_BYTES) {
            Files.delete(directory);
            directory = Files.createTempDirectory(SHORT_DIRECTORY, "flink-gpu-python-");
        }
        try (InputStream worker = Interpreter.class.getResourceAsStream(WORKER_FILE)) {
            Files.copy(worker, directory.resolve(WORKER_FILE));
        }
        return directory;
    }

    /** Where the worker of a directory finds this process. */
    static UnixDomainSocketAddress address(Path directory) {
        return UnixDomainSocketAddress.of(socket(directory));
    }

    /** Takes the socket's name away once the worker is connected. */
    static void unlinkSocket(Path directory) throws IOException {
        Files.deleteIfExists(socket(directory));
    }

    /** Leaves nothing of a directory. */
    static void delete(Path directory) {
        try {
            Files.deleteIfExists(socket(directory));
            Files.deleteIfExists(directory.resolve(WORKER_FILE));
            Files.deleteIfExists(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot delete " + directory + ": " + failure, failure);
        }
    }

    /**
     * Starts the worker of a directory. Its output is one stream.
     *
     * @throws IOException if there is no such interpreter
     */
    Process start(Path directory) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                List.of(
                                        config.launch().executable(),
                                        directory.resolve(WORKER_FILE).toString(),
                                        socket(directory).toString(),
                                        Long.toString(ProcessHandle.current().pid())))
                        .redirectErrorStream(true);
        if (config.launch().workingDirectory() != null) {
            builder.directory(config.launch().workingDirectory().toFile());
        }
        builder.environment().putAll(environment());
        try {
            return CompletableFuture.supplyAsync(() -> started(builder), LAUNCHER).join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof UncheckedIOException cannotStart) {
                throw cannotStart.getCause();
            }
            throw failure;
        }
    }

    /** What a worker's environment has that this process's has not. */
    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        if (config.launch().threads() > 0 && System.getenv(THREADS) == null) {
            environment.put(THREADS, Integer.toString(config.launch().threads()));
        }
        environment.putAll(config.launch().environment());
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put(
                "CUDA_VISIBLE_DEVICES", device.kind() == ModelDevice.Kind.GPU ? device.id() : "");
        if (device.memoryBytes() > 0) {
            long bytes =
                    (device.memoryCapBytes() > 0 ? device.memoryCapBytes() : device.memoryBytes())
                            / config.workers();
            environment.put(MEMORY_BYTES, Long.toString(bytes));
            environment.put(
                    MEMORY_FRACTION,
                    String.format(Locale.ROOT, "%.6f", bytes / (double) device.memoryBytes()));
        }
        return environment;
    }

    private static Process started(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path socket(Path directory) {
        return directory.resolve(SOCKET_FILE);
    }
}
