package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.batching.BatchEncoder;
import io.flinkgpu.inference.config.LayeredOptions;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.health.HealthWatch;
import io.flinkgpu.inference.health.MemoryWatch;
import io.flinkgpu.inference.health.NodeId;
import io.flinkgpu.inference.health.ProcessUnfitError;
import io.flinkgpu.inference.line.CoordinatorLine;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.reuse.KeptAnswers;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.TensorRow;
import io.flinkgpu.state.ledger.LedgerOptions;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.taskmanager.TaskManagerRuntimeInfo;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Batches rows, has a model answer them, and emits what the decoder makes of the answers.
 *
 * <p>The way of a row: {@link #processElement} puts it into the {@link InFlightQueue}, which is
 * this operator's state, and hands it to the {@link RowAdmission}, which waits for a place for it
 * and has the {@link BatchRunner} encode it into the open batch. A full batch goes to the model;
 * its answer comes back as a mail and completes the batch's rows. The {@link ResultEmitter} moves
 * completed rows to the output, in the order of the output mode.
 *
 * <p>Where answers are reused, the operator's input is keyed, and {@link AnswerReuse} completes
 * rows that an equal row has been run for.
 *
 * <p>Only after a row is in state does {@link #processElement} wait for room, and it waits on the
 * task's mailbox, so that an unaligned barrier passes while every place is taken; {@link
 * OperatorMailbox} says why this must be the head of its chain. A checkpoint holds every row in
 * flight, and after a restore they are inferred again: calls are at-least-once, emission is
 * exactly-once. Everything runs in the task's thread.
 */
final class InferenceOperator<IN, OUT> extends AbstractStreamOperator<OUT>
        implements OneInputStreamOperator<IN, OUT>,
                BoundedOneInput,
                OperatorEventHandler,
                BatchCalls.Listener<IN, OUT> {

    private static final long serialVersionUID = 1L;

    private final transient InferenceSpec<IN, OUT> spec;
    private final transient OperatorMailbox mailbox;
    private final transient OutputAvailability outputAvailability;
    private final transient InFlightQueue<IN, OUT> queue;
    private final transient StreamElementSerializer<IN> elementSerializer;
    private final transient CoordinatorLine coordinator;
    private final transient TaskManagerRuntimeInfo taskManager;

    private transient InFlightState<IN> state;
    private transient WorkCounts work;
    private transient BatchRunner<IN, OUT> runner;
    private transient BatchCalls<IN, OUT> calls;
    private transient RowAdmission<IN, OUT> admission;
    private transient ResultEmitter<IN, OUT> emitter;
    private transient Watchdog watchdog;
    @Nullable private transient HealthWatch health;
    @Nullable private transient KeptAnswers keptAnswers;
    @Nullable private transient AnswerReuse<IN, OUT> reuse;
    private transient boolean copiesRows;
    private transient long rowsSoFar;
    private transient boolean reportsProgress;

    InferenceOperator(StreamOperatorParameters<OUT> parameters, InferenceSpec<IN, OUT> spec) {
        super(parameters);
        this.spec = spec;
        this.coordinator = CoordinatorLine.of(parameters, this);
        this.taskManager = parameters.getContainingTask().getEnvironment().getTaskManagerInfo();
        this.mailbox = OperatorMailbox.of(parameters);
        this.outputAvailability =
                new OutputAvailability(parameters.getContainingTask().getEnvironment());
        this.queue =
                spec.config().outputMode() == OutputMode.ORDERED
                        ? new OrderedInFlightQueue<>()
                        : new UnorderedInFlightQueue<>();
        this.elementSerializer =
                new StreamElementSerializer<>(
                        getOperatorConfig().getTypeSerializerIn(0, getUserCodeClassloader()));
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state =
                new InFlightState<>(
                        context.getOperatorStateStore(),
                        elementSerializer,
                        getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
        work = WorkCounts.restore(context.getOperatorStateStore());
        if (spec.reuse() != null) {
            keptAnswers =
                    new KeptAnswers(
                            context.getKeyedStateStore(),
                            spec.reuse().config(),
                            this::setCurrentKey);
        }
        reportsProgress = layeredOptions().contains(LedgerOptions.URL);
    }

    @Override
    public void open() throws Exception {
        super.open();
        copiesRows = getExecutionConfig().isObjectReuseEnabled();
        InferenceMetrics metrics = new InferenceMetrics(getRuntimeContext(), getMetricGroup());
        MemoryWatch.ofProcess(
                        getContainingTask()
                                .getEnvironment()
                                .getTaskManagerInfo()
                                .getConfiguration())
                .show(getMetricGroup());
        SubtaskContext subtask =
                new SubtaskContext(
                        getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks(),
                        new TaskThread(mailbox, getProcessingTimeService()),
                        metrics,
                        work,
                        FaultEvents.ofProcess());
        emitter =
                new ResultEmitter<>(
                        queue,
                        output,
                        outputAvailability,
                        subtask,
                        () -> admission.admit(),
                        spec.errors().deadLetters());
        health = watchHealth();
        connect(subtask, metrics);
        coordinator.listen();
        for (StreamElement element : state.restored()) {
            takeAgain(element);
        }
    }

    private void connect(SubtaskContext subtask, InferenceMetrics metrics) throws Exception {
        ModelHost.ofProcess().cacheModels(ModelCacheConfig.from(layeredOptions()));
        ModelClient client = spec.clients().connect(SubtaskPlace.of(getRuntimeContext()));
        metrics.show(client.gauges());
        BatchEncoder<InFlightRow<IN, OUT>> encoder =
                new BatchEncoder<>(
                        (row, writer) -> spec.encoder().encode(row.value(), writer),
                        DirectBufferPool.ofProcess());
        calls =
                new BatchCalls<>(
                        spec,
                        client,
                        encoder,
                        new FailedRowHandler<>(spec.errors(), subtask),
                        subtask,
                        this);
        runner = new BatchRunner<>(spec, encoder, calls, subtask);
        reuse = keptAnswers == null ? null : reuseOf(client);
        admission =
                new RowAdmission<>(
                        spec.config(),
                        queue,
                        runner,
                        calls,
                        reuse == null ? () -> 0 : reuse::joinedRows);
        metrics.showLoad(queue::rows, calls::inFlight, calls::inputBytes);
        metrics.showMaxBatchSize(calls::maxBatchSize);
        calls.watchModel();
        watchdog =
                new Watchdog(
                        spec.config().limits().watchdogTimeout(),
                        client,
                        calls,
                        outputAvailability::isAvailable,
                        subtask);
        watchdog.start();
    }

    private AnswerReuse<IN, OUT> reuseOf(ModelClient client) {
        return new AnswerReuse<>(
                spec.reuse().content(),
                new OwnAnswers(
                        keptAnswers,
                        client::identity,
                        spec.reuse().config().generation(),
                        getRuntimeContext().getTaskInfo()),
                new AnswerDecoder<>(spec.decoder()),
                queue,
                new ReuseMetrics(getMetricGroup()));
    }

    /** Keys are set where state is used, which a row of another subtask's shard has none in. */
    @Override
    @SuppressWarnings("rawtypes") // Flink's signature is raw
    public void setKeyContextElement1(StreamRecord record) {}

    @Override
    public void processElement(StreamRecord<IN> record) throws Exception {
        work.rowTaken();
        take(copiesRows ? elementSerializer.copy(record).asRecord() : record);
        waitForRoom();
    }

    @Override
    public void processWatermark(Watermark watermark) {
        queue.add(watermark);
        emitter.emitCompleted();
    }

    /** Keeps its place: an output that is idle already would drop the watermarks in flight. */
    @Override
    public void processWatermarkStatus(WatermarkStatus status) {
        queue.add(status);
        emitter.emitCompleted();
    }

    /** The members come soon after the subtask opens and with each change. */
    @Override
    public void handleOperatorEvent(OperatorEvent event) {
        if (!health.handle(event)) {
            calls.membersChanged((MembersChanged) event);
        }
    }

    @Override
    public void endInput() throws Exception {
        while (!queue.isEmpty()) {
            if (!admission.rowsWait()) {
                runner.flush();
            }
            mailbox.yieldToTask();
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.snapshot(queue);
        boolean unused = mailbox.execute(state::forget, "forget rows of a checkpoint");
        work.snapshot();
        if (reportsProgress) {
            coordinator.sendEventToCoordinator(
                    work.report(context.getCheckpointId(), queue.rows()));
        }
    }

    @Override
    public void rowAnswered(InFlightRow<IN, OUT> row, TensorRow answer) {
        if (reuse != null) {
            reuse.answered(row, answer);
        }
    }

    @Override
    public void rowCompleted(InFlightRow<IN, OUT> row) {
        queue.completed(row);
        if (reuse != null) {
            reuse.completed(row);
        }
    }

    @Override
    public void batchCompleted() {
        watchdog.progressed();
        askForReleased();
        emitter.emitCompleted();
        admission.admit();
    }

    @Override
    public void close() throws Exception {
        coordinator.close();
        if (health != null) {
            health.close();
        }
        if (calls != null) {
            calls.close();
        }
        if (runner != null) {
            runner.close();
        }
        super.close();
    }

    private HealthWatch watchHealth() {
        return HealthWatch.start(
                new HealthWatch.Subtask(
                        getContainingTask().getEnvironment().getJobID(),
                        getOperatorID(),
                        NodeId.of(taskManager),
                        coordinator,
                        getProcessingTimeService(),
                        this::end),
                layeredOptions(),
                spec.clients().leasesDevices() ? HealthWatch.Scope.allDevices() : null);
    }

    /** The task manager's, and over them the job's. */
    private Configuration layeredOptions() {
        return LayeredOptions.of(taskManager.getConfiguration(), spec.jobOptions());
    }

    /** Any thread. */
    private void end(ProcessUnfitError error) {
        boolean unused =
                mailbox.execute(
                        () -> {
                            throw error;
                        },
                        "end the process");
    }

    private void take(StreamRecord<IN> record) {
        InFlightRow<IN, OUT> row =
                new InFlightRow<>(
                        record, rowsSoFar++, getProcessingTimeService().getCurrentProcessingTime());
        // INVARIANT: a row is in the queue, and so in state, before anything may wait or fail.
        queue.add(row);
        if (reuse == null || !reuse.spares(row)) {
            admission.add(row);
        } else {
            emitter.emitCompleted();
            // it takes room, and may be the one that makes the batch of those before it due
            admission.admit();
        }
    }

    private void askForReleased() {
        if (reuse == null) {
            return;
        }
        for (InFlightRow<IN, OUT> row = reuse.nextReleased();
                row != null;
                row = reuse.nextReleased()) {
            admission.addLater(row);
        }
    }

    private void takeAgain(StreamElement element) {
        if (element.isRecord()) {
            take(element.asRecord());
        } else if (element.isWatermark()) {
            processWatermark(element.asWatermark());
        } else {
            processWatermarkStatus(element.asWatermarkStatus());
        }
    }

    private void waitForRoom() throws InterruptedException {
        while (!admission.hasRoom()) {
            mailbox.yieldToTask();
        }
    }
}
