package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.configuration.BatchExecutionOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.SlowTaskDetectorOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ResourceManagerBlockerTest {

    /** An RPC system has thousands. */
    private static final long FEW_CLASSES = 1_000;

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int NOBODY_LISTENS = 1;

    @Test
    void loadsTheRpcSystemOncePerProcess() {
        connectAndClose();
        long before = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();

        connectAndClose();

        assertThat(ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() - before)
                .isLessThan(FEW_CLASSES);
    }

    @Test
    void saysWhyAClusterKeepsNoBlocklist() {
        Configuration stock = new Configuration().set(JobManagerOptions.ADDRESS, "localhost");

        assertThat(ResourceManagerBlocker.whyNot(new Configuration()))
                .contains("the cluster's configuration is not known");
        assertThat(ResourceManagerBlocker.whyNot(stock))
                .contains("set execution.batch.speculative.enabled to true");
        assertThat(ResourceManagerBlocker.whyNot(withBlocklist())).isNull();
        try (ResourceManagerBlocker blocker = new ResourceManagerBlocker(stock)) {
            assertThatThrownBy(() -> blocker.nodes().join())
                    .hasMessageContaining("execution.batch.speculative.enabled");
        }
    }

    @Test
    void warnsOfBlocksThatMayNotEnd() {
        assertThat(ResourceManagerBlocker.caveat(withBlocklist()))
                .isEqualTo(
                        "Nodes may stay blocked for a job whose job manager takes longer than 1 s to start: set slow-task-detector.check-interval to 30 s in the cluster's configuration.");
        assertThat(
                        ResourceManagerBlocker.caveat(
                                withBlocklist()
                                        .set(
                                                SlowTaskDetectorOptions.CHECK_INTERVAL,
                                                Duration.ofSeconds(10))))
                .isNull();
    }

    /** Whether anybody answers does not matter. */
    private static void connectAndClose() {
        try (ResourceManagerBlocker blocker = new ResourceManagerBlocker(withBlocklist())) {
            var unused =
                    blocker.block(
                            List.of(
                                    new NodeBlock(
                                            "node-1", "a test", Instant.now().plusSeconds(1))));
            Awaitility.await().atMost(LONG).until(ResourceManagerBlockerTest::isConnected);
        }
        Awaitility.await().atMost(LONG).until(() -> !isConnected());
    }

    private static boolean isConnected() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("flink-gpu-blocklist"));
    }

    private static Configuration withBlocklist() {
        return new Configuration()
                .set(JobManagerOptions.ADDRESS, "localhost")
                .set(JobManagerOptions.PORT, NOBODY_LISTENS)
                .set(BatchExecutionOptions.SPECULATIVE_ENABLED, true);
    }
}
