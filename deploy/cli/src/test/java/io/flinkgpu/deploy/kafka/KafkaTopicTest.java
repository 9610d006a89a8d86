package io.flinkgpu.deploy.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaTopicTest {

    @Test
    void hasOnePartitionUnlessTold() {
        assertThat(KafkaTopic.parse("images")).isEqualTo(new KafkaTopic("images", 1));
        assertThat(KafkaTopic.parse("images:4")).isEqualTo(new KafkaTopic("images", 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":2", "images:", "images:0", "images:x"})
    void refusesWhatIsNoTopic(String text) {
        assertThatThrownBy(() -> KafkaTopic.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid topic: '%s'. It must be NAME or NAME:PARTITIONS.", text);
    }
}
