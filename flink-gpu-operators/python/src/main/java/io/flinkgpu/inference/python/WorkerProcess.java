package io.flinkgpu.inference.python;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.ProcessMemory;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker that has loaded its code, and the batches that it has.
 *
 * <p>Code that is not async takes one batch after the other, in the order in which they were sent:
 * the first one is under way, and the others have not begun. When the process ends, for whatever
 * reason, what is under way fails with the reason, and what has not begun fails with {@link
 * WorkerGoneException}. Safe for use by many threads.
 */
final class WorkerProcess {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    /** Room for an answer before the first one has told how large they are. */
    private static final long FIRST_ANSWER_BYTES = 1 << 14;

    private final Started started;
    private final ModelDevice device;
    private final SharedMemory memory;
    private final Tracebacks tracebacks;
    private final Map<Long, Call> calls = new LinkedHashMap<>();
    private final List<Call> stuck = new ArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private long lastNumber;
    private double answerBytesPerRow;
    @Nullable private String endReason;
    private boolean ended;

    /** What a worker is made of. */
    record Started(
            String name,
            Process process,
            Path directory,
            WorkerChannel channel,
            WorkerOutput output,
            WorkerReady ready) {}

    /** A batch that the worker has; compared by identity. */
    private static final class Call {
        private final CompletableFuture<Frame> answer = new CompletableFuture<>();
        @Nullable private final Segment segment;
        @Nullable private Stopwatch sinceStart;

        private Call(@Nullable Segment segment) {
            this.segment = segment;
        }
    }

    /** Takes the worker over. */
    WorkerProcess(Started started, ModelDevice device, PythonConfig config, Tracebacks tracebacks) {
        this.started = started;
        this.device = device;
        this.tracebacks = tracebacks;
        this.memory =
                new SharedMemory(
                        config.memory().sharedDirectory(), config.memory().maxSharedBytes());
        CompletableFuture<?> unusedEnd =
                started.process().onExit().thenRun(started.channel()::close);
        DaemonThreads.named("python-answers-" + started.process().pid())
                .newThread(this::receive)
                .start();
    }

    WorkerReady ready() {
        return started.ready();
    }

    long pid() {
        return started.process().pid();
    }

    /** For people. */
    String name() {
        return started.name();
    }

    /** Memory that it takes where the model runs: on its device, or what it cannot give back. */
    long memoryBytes() {
        return device.kind() == ModelDevice.Kind.GPU
                ? ready().deviceBytes()
                : ProcessMemory.of(pid()).map(ProcessMemory::pinnedBytes).orElse(0L);
    }

    /** Whether it takes batches. */
    synchronized boolean isAlive() {
        return !ended && endReason == null;
    }

    /** How many batches it has. */
    synchronized int batches() {
        return calls.size();
    }

    /** Completes when it is gone, with all that it had. */
    CompletableFuture<Void> end() {
        return end;
    }

    /**
     * Runs the rows of all parts as one batch; blocks.
     *
     * @throws WorkerGoneException if it ended before it had begun with the batch
     * @throws ModelRunException if the code raised an exception or its process did not survive
     */
    TensorBatch run(List<TensorBatch> parts) throws ModelRunException, WorkerGoneException {
        List<TensorPlace> places = TensorLayout.of(parts);
        int rows = parts.stream().mapToInt(TensorBatch::rows).sum();
        long inputBytes = TensorLayout.end(places);
        Segment segment = memory.borrow(inputBytes + expectedAnswerBytes(rows)).orElse(null);
        if (segment != null) {
            TensorLayout.write(places, parts, segment.memory());
        }
        Call call = new Call(segment);
        try {
            send(call, places, segment == null ? TensorLayout.buffers(places, parts) : List.of());
        } catch (WorkerGoneException unsent) {
            // Nobody closes the memory of a worker that is gone already.
            forget(call);
            throw unsent;
        }
        return answer(call, await(call), rows);
    }

    /** Ends it if a batch has been under way for longer than that; returns at once. */
    void endIfStuck(Duration longest) {
        synchronized (this) {
            calls.values().stream()
                    .filter(call -> call.sinceStart != null)
                    .filter(call -> call.sinceStart.hasReached(longest))
                    .filter(call -> !stuck.contains(call))
                    .forEach(stuck::add);
            if (stuck.isEmpty() || endReason != null) {
                return;
            }
            endReason = "a run has lasted for more than %d ms".formatted(longest.toMillis());
            LOG.warn("{} is ended: {}.", name(), endReason);
        }
        ProcessEnd.kill(started.process());
        // Also where the system cannot end the process.
        started.channel().close();
    }

    /** Ends it although no batch is at fault: those that it has are run by another one. */
    void retire(String reason) {
        synchronized (this) {
            if (endReason == null) {
                endReason = reason;
                LOG.warn("{} is ended: {}.", name(), reason);
            }
        }
        ProcessEnd.kill(started.process());
        started.channel().close();
    }

    /** Lets it end, or ends it. Only when it has no batch. */
    void close() {
        synchronized (this) {
            endReason = endReason == null ? "it is not needed any more" : endReason;
        }
        started.channel().close();
        if (!ProcessEnd.await(started.process(), CLOSE_GRACE)) {
            ProcessEnd.kill(started.process());
        }
        end.join();
    }

    private synchronized long expectedAnswerBytes(int rows) {
        return Math.max(FIRST_ANSWER_BYTES, (long) Math.ceil(rows * answerBytesPerRow));
    }

    private void send(Call call, List<TensorPlace> places, List<ByteBuffer> payload)
            throws WorkerGoneException {
        // INVARIANT: calls are in the order in which the worker gets them
        synchronized (started.channel()) {
            long number;
            synchronized (this) {
                if (!isAlive()) {
                    throw new WorkerGoneException(name() + " has ended");
                }
                number = ++lastNumber;
                if (ready().isAsync() || calls.isEmpty()) {
                    call.sinceStart = Stopwatch.start();
                }
                calls.put(number, call);
            }
            try {
                started.channel()
                        .send(
                                FrameWriter.run(number, call.segment, memory.takeDropped(), places),
                                payload);
            } catch (IOException gone) {
                LOG.debug("{} takes no batch any more.", name(), gone);
                started.channel().close();
            }
        }
    }

    private static Frame await(Call call) throws ModelRunException, WorkerGoneException {
        try {
            return call.answer.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof WorkerGoneException gone) {
                throw gone;
            }
            if (failure.getCause() instanceof ModelRunException failed) {
                throw failed;
            }
            throw failure;
        }
    }

    private TensorBatch answer(Call call, Frame frame, int rows) throws ModelRunException {
        if (frame.kind() == Frame.ERROR) {
            forget(call);
            throw raised(frame);
        }
        boolean isShared = frame.readBoolean();
        boolean isKept = frame.readBoolean();
        List<TensorPlace> places = frame.readPlaces();
        try {
            return TensorLayout.read(places, isShared ? call.segment.memory() : frame.payload());
        } finally {
            if (isKept) {
                forget(call);
            } else if (call.segment != null) {
                call.segment.unlink();
                memory.giveBack(call.segment);
            }
            learn(places, rows);
        }
    }

    /** What failed may be kept by the code, with its arrays. */
    private void forget(Call call) {
        if (call.segment != null) {
            memory.forget(call.segment);
        }
    }

    private synchronized void learn(List<TensorPlace> places, int rows) {
        long bytes = 0;
        for (TensorPlace place : places) {
            bytes += place.byteSize() + TensorLayout.ALIGNMENT;
        }
        answerBytesPerRow = Math.max(answerBytesPerRow, bytes / (double) Math.max(1, rows));
    }

    private ModelRunException raised(Frame frame) {
        List<String> types = frame.readTexts();
        String message = frame.readText();
        String traceback = frame.readText();
        tracebacks.raised(name(), traceback);
        ErrorClass errorClass = ErrorTable.classify(types, message, device.kind());
        if (errorClass == ErrorClass.FATAL_DEVICE) {
            retire("its device failed, and nothing runs on it in this process any more");
        }
        return new ModelRunException(
                        "Cannot run %s: %s: %s".formatted(name(), types.get(0), message),
                        new PythonException(traceback))
                .classified(errorClass);
    }

    private void receive() {
        try {
            for (Optional<Frame> frame = started.channel().receive();
                    frame.isPresent();
                    frame = started.channel().receive()) {
                answered(frame.get());
            }
        } catch (IOException | RuntimeException failure) {
            LOG.debug("{} says nothing any more.", name(), failure);
        } finally {
            gone();
        }
    }

    private void answered(Frame frame) {
        long number = frame.readLong();
        Call call;
        synchronized (this) {
            call = calls.remove(number);
            if (!ready().isAsync()) {
                calls.values().stream()
                        .findFirst()
                        .ifPresent(next -> next.sinceStart = Stopwatch.start());
            }
        }
        if (call != null) {
            call.answer.complete(frame);
        }
    }

    /** The worker's last: it is ended if it has not ended, and so is what it has. */
    private void gone() {
        started.channel().close();
        boolean byItself;
        synchronized (this) {
            byItself = endReason == null;
            ended = true;
        }
        boolean endsByItself = byItself && ProcessEnd.await(started.process(), CLOSE_GRACE);
        ProcessEnd.kill(started.process());
        int status = ProcessEnd.await(started.process());
        if (byItself) {
            started.output().awaitEnd(ProcessEnd.OUTPUT_GRACE);
        }
        try {
            fail(byItself, reason(endsByItself, status));
            memory.close();
            Interpreter.delete(started.directory());
        } finally {
            end.complete(null);
        }
    }

    private String reason(boolean endsByItself, int status) {
        synchronized (this) {
            if (endReason != null) {
                return "its worker was ended: " + endReason;
            }
        }
        String how = endsByItself ? WorkerExit.describe(status) : "closed its connection";
        return "its worker %s.%s"
                .formatted(how, WorkerExit.lastWords(started.output().lastLines()));
    }

    private void fail(boolean byItself, String reason) {
        List<Call> underWay;
        List<Call> all;
        synchronized (this) {
            all = List.copyOf(calls.values());
            underWay =
                    byItself
                            ? all.stream().filter(call -> call.sinceStart != null).toList()
                            : List.copyOf(stuck);
            calls.clear();
        }
        if (byItself) {
            LOG.warn("{}: {}", name(), reason);
        }
        for (Call call : all) {
            call.answer.completeExceptionally(
                    underWay.contains(call)
                            ? new ModelRunException(
                                    "Cannot run %s: %s".formatted(name(), reason),
                                    new PythonException(
                                            String.join("\n", started.output().lastLines())))
                            : new WorkerGoneException(reason));
        }
    }
}
