package io.flinkgpu.benchmarks.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.model.BareModel;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelUse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/**
 * The process in which one cold start is measured.
 *
 * <p>First it gets a tiny model ready in the same way, so that TensorFlow's library and the classes
 * are loaded, as they are in a task manager that has run a job before, and waits until nothing is
 * left to compile or collect. Then all subtasks, a thread each, get their model ready at the same
 * time.
 */
@Internal
public final class ColdStartProcess {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(10);
    private static final Duration QUIET_SPAN = Duration.ofMillis(500);
    private static final int QUIET_SHARE = 20;
    private static final double KIB_PER_MIB = 1024;

    private ColdStartProcess() {}

    /** What to measure. */
    record Task(Side side, int subtasks, int batchSize, BenchModel model, BenchModel primer) {}

    /**
     * What was measured.
     *
     * @param cpuMillis processor time of the whole process
     * @param readyMillis wall-clock time until the last subtask was ready
     * @param residentMib growth of the process's resident memory
     * @param loads how often the model was loaded
     */
    record Answer(double cpuMillis, double readyMillis, double residentMib, double loads) {

        Map<String, Double> details() {
            Map<String, Double> details = new LinkedHashMap<>();
            details.put("cpuMillis", cpuMillis);
            details.put("readyMillis", readyMillis);
            details.put("residentMib", residentMib);
            details.put("loads", loads);
            return details;
        }
    }

    /**
     * Measures once.
     *
     * @param arguments a {@link Task} as JSON and the file for the {@link Answer}
     */
    public static void main(String[] arguments) throws Exception {
        ObjectMapper json = new ObjectMapper();
        Task task = json.readValue(arguments[0], Task.class);
        Answer answer = measure(task);
        json.writeValue(Path.of(arguments[1]).toFile(), answer);
        // Models are let go with the process, whatever threads they have.
        System.exit(0);
    }

    private static Answer measure(Task task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(task.subtasks());
        awaitAll(threads, task.subtasks(), load(task, task.primer()));
        System.gc();
        awaitQuiet();
        long loadsBefore = ModelHost.ofProcess().modelsLoaded();
        double residentBefore = residentMib();
        long cpuBefore = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();

        awaitAll(threads, task.subtasks(), load(task, task.model()));

        long ready = System.nanoTime() - start;
        long cpu = PROCESS.getProcessCpuTime() - cpuBefore;
        long hostLoads = ModelHost.ofProcess().modelsLoaded() - loadsBefore;
        return new Answer(
                millis(cpu),
                millis(ready),
                residentMib() - residentBefore,
                task.side() == Side.OURS ? hostLoads : task.subtasks());
    }

    /** What one subtask does until it is ready; it holds on to its model. */
    private static Callable<AutoCloseable> load(Task task, BenchModel model) {
        return task.side() == Side.OURS
                ? () -> shared(model, task.batchSize())
                : () -> copy(model, task.batchSize());
    }

    private static ModelClient shared(BenchModel model, int batchSize) throws Exception {
        ModelClient client =
                ModelHost.ofProcess()
                        .acquire(
                                model.reference(),
                                ModelDevice.cpu(),
                                new ModelUse(batchSize, 1, Duration.ofMinutes(1)));
        client.ready().get();
        return client;
    }

    private static BareModel copy(BenchModel model, int batchSize) {
        BareModel loaded = BareModel.load(model, batchSize);
        loaded.warmUp();
        return loaded;
    }

    private static void awaitAll(
            ExecutorService threads, int subtasks, Callable<AutoCloseable> load) throws Exception {
        CountDownLatch together = new CountDownLatch(1);
        List<Future<AutoCloseable>> ready = new ArrayList<>();
        for (int i = 0; i < subtasks; i++) {
            ready.add(
                    threads.submit(
                            () -> {
                                together.await();
                                return load.call();
                            }));
        }
        together.countDown();
        for (Future<AutoCloseable> subtask : ready) {
            subtask.get();
        }
    }

    /** Lets the JVM finish compiling and collecting what the tiny model brought up. */
    private static void awaitQuiet() throws InterruptedException {
        long end = System.nanoTime() + QUIET_WITHIN.toNanos();
        long used;
        do {
            long before = PROCESS.getProcessCpuTime();
            Thread.sleep(QUIET_SPAN.toMillis());
            used = PROCESS.getProcessCpuTime() - before;
        } while (used > QUIET_SPAN.toNanos() / QUIET_SHARE && System.nanoTime() < end);
    }

    private static double residentMib() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Double.parseDouble(line.replaceAll("\\D", "")) / KIB_PER_MIB;
            }
        }
        throw new IOException("Cannot read resident memory: " + STATUS + " has no line VmRSS.");
    }

    private static double millis(long nanos) {
        return (double) nanos / TimeUnit.MILLISECONDS.toNanos(1);
    }
}
