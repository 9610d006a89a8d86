package io.flinkgpu.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.types.SerializerChecks;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaPayloadSerializerTest {

    private static final KafkaPayloadSerializer SERIALIZER = KafkaPayloadSerializer.INSTANCE;

    static List<KafkaPayload> payloads() {
        return List.of(
                new KafkaPayload("t", 0, 0, -1, null, null, List.of()),
                new KafkaPayload("t", 1, 2, 3, new byte[0], new byte[0], List.of()),
                new KafkaPayload(
                        "images",
                        3,
                        1L << 40,
                        1_700_000_000_000L,
                        "key".getBytes(UTF_8),
                        new byte[10_000],
                        List.of(
                                new PayloadHeader("content-type", "image/jpeg".getBytes(UTF_8)),
                                new PayloadHeader("content-type", null))));
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void readsWhatItWrote(KafkaPayload payload) throws IOException {
        assertThat(SerializerChecks.roundTrip(SERIALIZER, payload)).isEqualTo(payload);
        assertThat(SerializerChecks.copyThroughViews(SERIALIZER, payload)).isEqualTo(payload);
        assertThat(SERIALIZER.copy(payload)).isEqualTo(payload);
    }

    @Test
    void isRestoredFromItsSnapshot() throws IOException {
        assertThat(SerializerChecks.restore(SERIALIZER)).isSameAs(SERIALIZER);
    }

    @Test
    void isTheTypeThatFlinkFinds() {
        assertThat(TypeInformation.of(KafkaPayload.class)).isEqualTo(KafkaPayload.TYPE);
        assertThat(PayloadDecodeFunction.REJECTED.getTypeInfo().toString())
                .contains("RejectedPayload")
                .doesNotContain("GenericType");
    }

    @Test
    void takesTheLastHeaderOfAName() {
        KafkaPayload payload =
                new KafkaPayload(
                        "t",
                        0,
                        7,
                        0,
                        null,
                        null,
                        List.of(
                                new PayloadHeader("content-type", "a".getBytes(UTF_8)),
                                new PayloadHeader("content-type", "b".getBytes(UTF_8))));

        assertThat(payload.contentType()).contains("b");
        assertThat(payload.header("other")).isEmpty();
        assertThat(payload.position()).isEqualTo("t-0@7");
    }
}
