package io.flinkgpu.inference.blocklist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class FirstOptionsTest {

    private final FirstOptions options =
            new FirstOptions(
                    Configuration.fromMap(
                            Map.of("blocklist.device.strikes", "3", "pool.name", "a")),
                    2);

    @Test
    void equalOptionsDoNotDiffer() {
        assertThat(
                        options.newlyDiffering(
                                Configuration.fromMap(Map.of("blocklist.device.strikes", "3")), 2))
                .isEmpty();
    }

    @Test
    void namesWhatDiffersOnce() {
        Configuration later = Configuration.fromMap(Map.of("detector.check-interval", "1 s"));

        assertThat(options.newlyDiffering(later, 5))
                .containsExactly(
                        "blocklist.device.strikes",
                        "detector.check-interval",
                        "inference.device.max-stuck-runs");
        assertThat(options.newlyDiffering(later, 5)).isEmpty();
    }

    @Test
    void ignoresWhatTheBlocklistDoesNotRead() {
        assertThat(
                        options.newlyDiffering(
                                Configuration.fromMap(
                                        Map.of("blocklist.device.strikes", "3", "pool.name", "b")),
                                2))
                .isEmpty();
    }
}
