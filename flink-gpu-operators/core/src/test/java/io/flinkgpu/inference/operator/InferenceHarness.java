package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.DefaultValue;
import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceMetricNames;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.RowWeigher;
import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.reuse.ReuseConfig;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionGraphTestUtils;
import org.apache.flink.runtime.io.network.api.writer.ResultPartitionWriter;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * An inference operator in Flink's test harness: integers in, strings such as {@code "7"} out.
 *
 * <p>Mails run when the test says so, or when the operator yields.
 */
final class InferenceHarness implements AutoCloseable {

    static final int MAX_PARALLELISM = 16;

    private final OneInputStreamOperatorTestHarness<Integer, String> harness;
    private final ManualModelClient client;

    private InferenceHarness(
            OneInputStreamOperatorTestHarness<Integer, String> harness, ManualModelClient client) {
        this.harness = harness;
        this.client = client;
    }

    static Builder builder() {
        return new Builder();
    }

    ManualModelClient client() {
        return client;
    }

    OneInputStreamOperatorTestHarness<Integer, String> flink() {
        return harness;
    }

    /** Processes rows without timestamps and then all mails. */
    void process(int... rows) throws Exception {
        for (int row : rows) {
            harness.processElement(new StreamRecord<>(row));
            runMails();
        }
    }

    void processAt(long timestamp, int row) throws Exception {
        harness.processElement(new StreamRecord<>(row, timestamp));
        runMails();
    }

    void watermark(long timestamp) throws Exception {
        harness.processWatermark(new Watermark(timestamp));
        runMails();
    }

    void answer(int call) throws Exception {
        client.call(call).answer();
        runMails();
    }

    void advanceMillis(long millis) throws Exception {
        harness.setProcessingTime(harness.getProcessingTime() + millis);
        runMails();
    }

    /** Rows that were sent to the model and have no answer. */
    int rowsAsked() {
        return client.unanswered().stream().mapToInt(call -> call.values().size()).sum();
    }

    /** Queues a mail of the task's own priority, which is a barrier's. */
    void mailToTask(ThrowingRunnable<? extends Exception> action) {
        new MailboxExecutorImpl(
                        harness.getTaskMailbox(),
                        TaskMailbox.MIN_PRIORITY,
                        StreamTaskActionExecutor.IMMEDIATE)
                .execute(action, "test");
    }

    void runMails() throws Exception {
        Optional<Mail> mail = nextMail();
        while (mail.isPresent()) {
            mail.get().run();
            mail = nextMail();
        }
    }

    boolean runOneMail() throws Exception {
        Optional<Mail> mail = nextMail();
        if (mail.isPresent()) {
            mail.get().run();
        }
        return mail.isPresent();
    }

    List<String> output() {
        return harness.extractOutputValues();
    }

    void watermarkStatus(WatermarkStatus status) throws Exception {
        harness.processWatermarkStatus(status);
        runMails();
    }

    /** Values, watermarks such as {@code "w5"}, and {@code "idle"} or {@code "active"}. */
    List<String> outputWithWatermarks() {
        List<String> all = new ArrayList<>();
        for (Object element : harness.getOutput()) {
            if (element instanceof Watermark watermark) {
                all.add("w" + watermark.getTimestamp());
            } else if (element instanceof WatermarkStatus status) {
                all.add(status.isIdle() ? "idle" : "active");
            } else {
                all.add(String.valueOf(((StreamRecord<?>) element).getValue()));
            }
        }
        return all;
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(1, 1);
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }

    private Optional<Mail> nextMail() {
        return harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
    }

    /** Settings of the operator and of the task around it. */
    static final class Builder {
        private final Configuration options = new Configuration();
        private ManualModelClient client = new ManualModelClient();
        private TensorEncoder<Integer> encoder =
                (row, writer) -> writer.ints("", Shape.scalar(), row);
        private TensorDecoder<Integer, String> decoder =
                (row, answer) -> Integer.toString(answer.ints()[0]);
        private OutputTag<DeadLetter<Integer>> deadLetters;
        private ErrorPolicy policy;
        private DefaultValue<Integer, String> defaults;
        private RowWeigher<Integer> weigher;
        private long maxWeight;
        private int parallelism = 1;
        private int subtask;
        private boolean objectReuse;
        private OperatorSubtaskState restored;
        private int restoredParallelism;
        private ResultPartitionWriter writer;
        private ReuseSpec<Integer> reuse;
        private StateBackend stateBackend;
        private int stackFrames;
        private Map<String, Counter> reuseCounters = new HashMap<>();

        Builder batch(int size) {
            options.set(InferenceOptions.MAX_BATCH_SIZE, size);
            return delay(Duration.ofMillis(100));
        }

        Builder maxBytes(long bytes) {
            options.set(InferenceOptions.MAX_BATCH_BYTES, new MemorySize(bytes));
            return this;
        }

        Builder delay(Duration delay) {
            options.set(InferenceOptions.MAX_BATCH_DELAY, delay);
            return this;
        }

        Builder weigh(long max, RowWeigher<Integer> rowWeigher) {
            maxWeight = max;
            weigher = rowWeigher;
            return this;
        }

        Builder capacityBytes(long bytes) {
            options.set(InferenceOptions.CAPACITY_BYTES, new MemorySize(bytes));
            return this;
        }

        Builder capacity(int rows) {
            options.set(InferenceOptions.CAPACITY, rows);
            return this;
        }

        Builder mode(OutputMode mode) {
            options.set(InferenceOptions.OUTPUT_MODE, mode);
            return this;
        }

        Builder client(ManualModelClient modelClient) {
            client = modelClient;
            return this;
        }

        Builder encode(TensorEncoder<Integer> rowEncoder) {
            encoder = rowEncoder;
            return this;
        }

        Builder decode(TensorDecoder<Integer, String> rowDecoder) {
            decoder = rowDecoder;
            return this;
        }

        Builder onError(ErrorPolicy errorPolicy, DefaultValue<Integer, String> value) {
            policy = errorPolicy;
            defaults = value;
            return this;
        }

        <T> Builder option(ConfigOption<T> option, T value) {
            options.set(option, value);
            return this;
        }

        Builder deadLetters(OutputTag<DeadLetter<Integer>> tag) {
            deadLetters = tag;
            return this;
        }

        Builder subtask(int index, int of) {
            subtask = index;
            parallelism = of;
            return this;
        }

        Builder objectReuse() {
            objectReuse = true;
            return this;
        }

        /** Restores this subtask's share of what subtasks of another parallelism wrote. */
        Builder restore(int writtenAt, OperatorSubtaskState... states) throws Exception {
            restored = OneInputStreamOperatorTestHarness.repackageState(states);
            restoredParallelism = writtenAt;
            return this;
        }

        Builder output(ResultPartitionWriter partitionWriter) {
            writer = partitionWriter;
            return this;
        }

        /** Reuses answers to rows with equal inputs. */
        Builder reuse(Duration ttl, long maxEntries) {
            return reuse(ttl, maxEntries, "");
        }

        Builder reuse(Duration ttl, long maxEntries, String generation) {
            reuse =
                    new ReuseSpec<>(
                            new RowContent<>(encoder, null),
                            new ReuseConfig(true, ttl, maxEntries, generation));
            return this;
        }

        /** How much of the stack dead letters tell. */
        Builder stackFrames(int frames) {
            stackFrames = frames;
            return this;
        }

        /** Puts the counters of reuse into a map, by their names. */
        Builder countReuse(Map<String, Counter> counters) {
            reuseCounters = counters;
            return this;
        }

        /** Where keyed state is; Flink's default keeps it on the heap. */
        Builder stateBackend(StateBackend backend) {
            stateBackend = backend;
            return this;
        }

        InferenceHarness open() throws Exception {
            MockEnvironment environment =
                    MockEnvironment.builder()
                            .setMaxParallelism(MAX_PARALLELISM)
                            .setParallelism(parallelism)
                            .setSubtaskIndex(subtask)
                            .setMetricGroup(metrics())
                            .build();
            if (writer != null) {
                environment.addOutputs(List.of(writer));
            }
            OneInputStreamOperatorTestHarness<Integer, String> harness =
                    new OneInputStreamOperatorTestHarness<>(
                            new InferenceOperatorFactory<>(spec()),
                            IntSerializer.INSTANCE,
                            environment);
            if (reuse != null) {
                harness.getStreamConfig().setStatePartitioner(0, reuse.content());
                harness.getStreamConfig().setStateKeySerializer(IntSerializer.INSTANCE);
                harness.getStreamConfig().serializeAllConfigs();
            }
            if (stateBackend != null) {
                harness.setStateBackend(stateBackend);
            }
            if (objectReuse) {
                harness.getExecutionConfig().enableObjectReuse();
            }
            environment.setMainMailboxExecutor(
                    new MailboxExecutorImpl(
                            harness.getTaskMailbox(),
                            TaskMailbox.MIN_PRIORITY,
                            StreamTaskActionExecutor.IMMEDIATE));
            harness.setup(StringSerializer.INSTANCE);
            if (restored != null) {
                harness.initializeState(
                        OneInputStreamOperatorTestHarness.repartitionOperatorState(
                                restored,
                                MAX_PARALLELISM,
                                restoredParallelism,
                                parallelism,
                                subtask));
            }
            harness.open();
            InferenceHarness opened = new InferenceHarness(harness, client);
            opened.runMails();
            return opened;
        }

        private TaskMetricGroup metrics() {
            return TaskManagerMetricGroup.createTaskManagerMetricGroup(
                            TestingMetricRegistry.builder()
                                    .setRegisterConsumer(this::registered)
                                    .build(),
                            "localhost",
                            ResourceID.generate())
                    .addJob(new JobID(), "job")
                    .addTask(ExecutionGraphTestUtils.createExecutionAttemptId(), "infer");
        }

        private void registered(Metric metric, String name, AbstractMetricGroup<?> group) {
            if (metric instanceof Counter counter
                    && List.of(group.getScopeComponents())
                            .contains(InferenceMetricNames.REUSE_GROUP)) {
                reuseCounters.put(name, counter);
            }
        }

        private ErrorPolicy errorPolicy() {
            if (policy != null) {
                return policy;
            }
            return ErrorPolicy.always(
                    deadLetters == null ? ErrorAction.FAIL : ErrorAction.DEAD_LETTER);
        }

        private InferenceSpec<Integer, String> spec() {
            return new InferenceSpec<>(
                    subtaskContext -> client,
                    encoder,
                    decoder,
                    InferenceConfig.from(options),
                    maxWeight,
                    weigher,
                    Map.of(),
                    new ErrorHandling<>(
                            errorPolicy(), deadLetters, defaults, new FailureText(stackFrames)),
                    reuse);
        }
    }
}
