package io.flinkgpu.deploy.kafka;

import io.flinkgpu.deploy.cluster.LoopbackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The configuration of a broker of one node that is its own controller.
 *
 * <p>Replication of one, and one partition of each internal topic: there is nobody to replicate to,
 * and a start takes seconds.
 */
record BrokerProperties(Path directory, int port, int controllerPort) {

    static BrokerProperties of(Path directory, int port) {
        return new BrokerProperties(directory, port, LoopbackPorts.anyFree());
    }

    /** Writes the file into the directory. */
    Path write() throws IOException {
        Files.createDirectories(directory);
        return Files.writeString(directory.resolve("server.properties"), text());
    }

    private String text() {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@localhost:%2$d
                listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d
                advertised.listeners=PLAINTEXT://localhost:%1$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                """
                .formatted(port, controllerPort, directory.resolve("data"));
    }
}
