package io.flinkgpu.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.Test;

class PayloadDecodeFunctionTest {

    @Test
    void putsAsideWhatCannotBeDecodedAndGoesOn() throws Exception {
        try (var harness =
                ProcessFunctionTestHarnesses.forProcessFunction(
                        new PayloadDecodeFunction<>(
                                PayloadDecodeFunctionTest::number, Types.INT))) {
            harness.processElement(payload("1"), 0);
            harness.processElement(payload("x"), 0);
            harness.processElement(payload("deep"), 0);
            harness.processElement(payload("null"), 0);
            harness.processElement(payload("2"), 0);

            assertThat(harness.extractOutputValues()).containsExactly(1, 2);
            assertThat(harness.getSideOutput(PayloadDecodeFunction.REJECTED))
                    .extracting(StreamRecord::getValue)
                    .containsExactly(
                            new RejectedPayload(
                                    payload("x"),
                                    "NumberFormatException",
                                    "For input string: \"x\""),
                            new RejectedPayload(payload("deep"), "StackOverflowError", ""),
                            new RejectedPayload(
                                    payload("null"),
                                    "NullPointerException",
                                    "The decoder returned null."));
        }
    }

    private static Integer number(KafkaPayload payload) {
        String text = new String(payload.value(), UTF_8);
        return switch (text) {
            case "null" -> null;
            case "deep" -> throw new StackOverflowError();
            default -> Integer.valueOf(text);
        };
    }

    private static KafkaPayload payload(String text) {
        return new KafkaPayload("t", 0, 0, 0, null, text.getBytes(UTF_8), List.of());
    }
}
