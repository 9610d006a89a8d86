package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Python class or function in its worker processes on one device.
 *
 * <p>A batch goes to the worker that has the fewest. A run that lasts too long costs its worker,
 * and a worker that has ended is replaced by the next batch.
 */
final class LoadedPythonModel implements LoadedModel {

    private static final Duration PAUSE_BEFORE_ANOTHER_START = Duration.ofSeconds(1);

    private final List<WorkerSlot> slots;
    private final PythonConfig config;
    private final LearnedSignature signature;
    private final ResidentMemory residentMemory;

    private LoadedPythonModel(
            List<WorkerSlot> slots, PythonConfig config, LearnedSignature signature) {
        this.slots = slots;
        this.config = config;
        this.signature = signature;
        this.residentMemory =
                ResidentMemory.watch(this::workers, config.memory().maxResidentBytes());
    }

    /** Starts the workers, all at the same time. */
    static LoadedPythonModel load(ModelRef model, ModelDevice device, PythonConfig config)
            throws ModelLoadException {
        return load(model, device, config, PAUSE_BEFORE_ANOTHER_START);
    }

    /** The same with another pause before a worker that did not start is started again. */
    static LoadedPythonModel load(
            ModelRef model, ModelDevice device, PythonConfig config, Duration pause)
            throws ModelLoadException {
        WorkerStart start = new WorkerStart(model, device, config);
        List<WorkerProcess> workers = startAll(start, config.workers());
        WorkerReady ready = workers.get(0).ready();
        List<WorkerSlot> slots =
                workers.stream().map(worker -> new WorkerSlot(worker, start, pause)).toList();
        LearnedSignature signature =
                new LearnedSignature(
                        "model " + model + " on " + device,
                        new ModelSignature(model.signature(), ready.inputs(), ready.outputs()));
        return new LoadedPythonModel(slots, config, signature);
    }

    @Override
    public ModelSignature signature() {
        return signature.current();
    }

    @Override
    public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        WorkerSlot slot =
                slots.stream().min(Comparator.comparingInt(WorkerSlot::batches)).orElseThrow();
        TensorBatch outputs = slot.run(parts);
        try {
            signature.answered(parts, outputs);
            return outputs;
        } catch (ModelRunException | RuntimeException mismatch) {
            outputs.close();
            throw mismatch;
        }
    }

    @Override
    public int runsAtOnce() {
        return config.workers() * config.maxConcurrency();
    }

    @Override
    public boolean endRuns(Duration longest) {
        slots.forEach(slot -> slot.worker().endIfStuck(longest));
        return true;
    }

    @Override
    public long memoryBytes() {
        return slots.stream().mapToLong(slot -> slot.worker().memoryBytes()).sum();
    }

    @Override
    public void close() {
        residentMemory.close();
        slots.forEach(slot -> slot.worker().close());
    }

    /** The workers at the moment. */
    List<WorkerProcess> workers() {
        return slots.stream().map(WorkerSlot::worker).toList();
    }

    private static List<WorkerProcess> startAll(WorkerStart start, int count)
            throws ModelLoadException {
        if (count == 1) {
            return List.of(start.start());
        }
        ExecutorService starters =
                Executors.newFixedThreadPool(count, DaemonThreads.named("python-start"));
        List<CompletableFuture<WorkerProcess>> starts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            starts.add(CompletableFuture.supplyAsync(() -> started(start), starters));
        }
        starters.shutdown();
        try {
            List<WorkerProcess> workers = new ArrayList<>();
            for (CompletableFuture<WorkerProcess> each : starts) {
                workers.add(each.join());
            }
            return workers;
        } catch (CompletionException failure) {
            for (CompletableFuture<WorkerProcess> each : starts) {
                CompletableFuture<?> unused = each.thenAccept(WorkerProcess::close);
            }
            if (failure.getCause() instanceof UnloadableException unloadable) {
                throw unloadable.reason;
            }
            throw failure;
        }
    }

    private static WorkerProcess started(WorkerStart start) {
        try {
            return start.start();
        } catch (ModelLoadException failure) {
            throw new UnloadableException(failure);
        }
    }

    /** Carries the reason through a future. */
    private static final class UnloadableException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient ModelLoadException reason;

        private UnloadableException(ModelLoadException reason) {
            super(reason);
            this.reason = reason;
        }
    }
}
