package io.flinkgpu.job.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerTopicLookTest {

    private final TopicLook look = new BrokerTopicLook(Duration.ofMillis(200));

    @Test
    void waitsNoLongerThanItsPatience() {
        assertThatThrownBy(() -> look.partitions("localhost:1", List.of("images"), Map.of()))
                .hasMessage("no answer within 200 ms");
    }

    @Test
    void refusesPropertiesThatClientsRefuse() {
        assertThatThrownBy(
                        () ->
                                look.partitions(
                                        "localhost:1",
                                        List.of("images"),
                                        Map.of(
                                                "security.protocol",
                                                "SASL_PLAINTEXT",
                                                "sasl.jaas.config",
                                                "no login of hidden")))
                .rootCause()
                .message()
                .doesNotContain("hidden");
    }
}
