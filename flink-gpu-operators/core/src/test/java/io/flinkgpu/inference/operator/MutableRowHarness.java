package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.IntValue;

/** An operator whose rows arrive in one object that is reused, as under object reuse in Flink. */
final class MutableRowHarness implements AutoCloseable {

    private final OneInputStreamOperatorTestHarness<IntValue, Integer> harness;
    private final ManualModelClient client;

    private MutableRowHarness(
            OneInputStreamOperatorTestHarness<IntValue, Integer> harness,
            ManualModelClient client) {
        this.harness = harness;
        this.client = client;
    }

    static MutableRowHarness open(boolean objectReuse) throws Exception {
        ManualModelClient client = new ManualModelClient();
        Configuration options = new Configuration().set(InferenceOptions.MAX_BATCH_SIZE, 2);
        InferenceSpec<IntValue, Integer> spec =
                new InferenceSpec<>(
                        subtask -> client,
                        (row, writer) -> writer.ints("", row.getValue()),
                        (row, answer) -> row.getValue(),
                        InferenceConfig.from(options),
                        0,
                        null,
                        Map.of(),
                        new ErrorHandling<>(ErrorPolicy.always(ErrorAction.FAIL), null, null));
        MockEnvironment environment = MockEnvironment.builder().build();
        OneInputStreamOperatorTestHarness<IntValue, Integer> harness =
                new OneInputStreamOperatorTestHarness<>(
                        new InferenceOperatorFactory<>(spec),
                        org.apache.flink.api.common.typeutils.base.IntValueSerializer.INSTANCE,
                        environment);
        if (objectReuse) {
            harness.getExecutionConfig().enableObjectReuse();
        }
        environment.setMainMailboxExecutor(
                new MailboxExecutorImpl(
                        harness.getTaskMailbox(),
                        TaskMailbox.MIN_PRIORITY,
                        StreamTaskActionExecutor.IMMEDIATE));
        harness.setup(IntSerializer.INSTANCE);
        harness.open();
        return new MutableRowHarness(harness, client);
    }

    /** Processes the values one after the other in the same object. */
    void processReusedRow(int... values) throws Exception {
        IntValue row = new IntValue();
        StreamRecord<IntValue> record = new StreamRecord<>(row);
        for (int value : values) {
            row.setValue(value);
            harness.processElement(record);
        }
    }

    /** What the decoder saw of the rows, once all answers are in. */
    List<Integer> decodedRows() throws Exception {
        for (int call = 0; call < client.callCount(); call++) {
            client.call(call).answer();
        }
        while (harness.getTaskMailbox().hasMail()) {
            harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
        }
        return new ArrayList<>(harness.extractOutputValues());
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
