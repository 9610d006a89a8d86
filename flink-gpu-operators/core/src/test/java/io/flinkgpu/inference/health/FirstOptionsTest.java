package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class FirstOptionsTest {

    private final FirstOptions options =
            new FirstOptions(
                    Configuration.fromMap(
                            Map.of(
                                    "blocklist.device.strikes", "3",
                                    "inference.device.max-stuck-runs", "2",
                                    "pool.name", "a")));

    @Test
    void equalOptionsDoNotDiffer() {
        assertThat(
                        options.newlyDiffering(
                                Configuration.fromMap(
                                        Map.of(
                                                "blocklist.device.strikes", "3",
                                                "inference.device.max-stuck-runs", "2"))))
                .isEmpty();
    }

    @Test
    void namesWhatDiffersOnce() {
        Configuration later = Configuration.fromMap(Map.of("detector.check-interval", "1 s"));

        assertThat(options.newlyDiffering(later))
                .containsExactly(
                        "blocklist.device.strikes",
                        "detector.check-interval",
                        "inference.device.max-stuck-runs");
        assertThat(options.newlyDiffering(later)).isEmpty();
    }

    @Test
    void takesTheDefaultForAValue() {
        FirstOptions defaults = new FirstOptions(new Configuration());

        assertThat(
                        defaults.newlyDiffering(
                                Configuration.fromMap(
                                        Map.of("inference.device.max-stuck-runs", "3"))))
                .isEmpty();
    }

    @Test
    void ignoresWhatTheBlocklistDoesNotRead() {
        assertThat(
                        options.newlyDiffering(
                                Configuration.fromMap(
                                        Map.of(
                                                "blocklist.device.strikes", "3",
                                                "inference.device.max-stuck-runs", "2",
                                                "pool.name", "b"))))
                .isEmpty();
    }
}
