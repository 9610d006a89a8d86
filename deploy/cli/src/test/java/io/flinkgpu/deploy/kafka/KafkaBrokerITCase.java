package io.flinkgpu.deploy.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.cluster.ClusterException;
import io.flinkgpu.deploy.cluster.Distribution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker from the assembled distribution, which the build's package phase leaves. */
class KafkaBrokerITCase {

    @TempDir private Path directory;
    private Distribution distribution;
    private KafkaBroker broker;

    @BeforeEach
    void findDistribution() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        distribution = new Distribution(home);
        broker = KafkaBroker.at(directory.resolve("kafka"));
    }

    @AfterEach
    void stop() {
        if (broker != null) {
            broker.stop();
        }
    }

    @Test
    void keepsItsTopicsAndLeavesNoProcess() {
        KafkaBrokerState first = broker.start(distribution, 0);
        broker.createTopics(List.of(new KafkaTopic("images", 2)));
        broker.createTopics(List.of(new KafkaTopic("images", 2), new KafkaTopic("labels", 1)));

        assertThat(broker.start(distribution, 0)).as("a second start").isEqualTo(first);
        assertThat(broker.running()).contains(first);
        assertThat(broker.stop()).contains(first);
        assertThat(first.process().isAlive()).isFalse();
        assertThat(broker.state()).isEmpty();

        KafkaBrokerState second = broker.start(distribution, first.port());

        assertThat(second.bootstrapServers()).isEqualTo(first.bootstrapServers());
        assertThat(BrokerAdmin.topics(second.bootstrapServers()))
                .containsExactly("images", "labels");
        KafkaBroker other = KafkaBroker.at(directory.resolve("other"));
        assertThatThrownBy(() -> other.start(distribution, first.port()))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("port " + first.port() + " is taken");
    }

    @Test
    void takesNoTopicsWhileItDoesNotRun() {
        assertThatThrownBy(() -> broker.createTopics(List.of()))
                .isInstanceOf(ClusterException.class)
                .hasMessage(
                        "Cannot create topics: no broker runs in %s. Run 'kafka up'.",
                        broker.directory());
        assertThat(broker.stop()).isEmpty();
    }
}
