package io.flinkgpu.connectors.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Kafka broker of one node, its own controller, in a process of its own. */
final class TestingKafkaBroker implements BeforeAllCallback, AfterAllCallback {

    private static final Duration START = Duration.ofMinutes(1);

    private Path directory;
    private Process process;
    private int port;

    String bootstrapServers() {
        return "localhost:" + port;
    }

    /** Creates a topic of one partition. */
    void createTopic(String name) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        directory = Files.createTempDirectory("kafka");
        port = freePort();
        Path config = Files.writeString(directory.resolve("server.properties"), config());
        Process format =
                java(
                        "format",
                        "kafka.tools.StorageTool",
                        "format",
                        "--cluster-id",
                        Uuid.randomUuid().toString(),
                        "--config",
                        config.toString());
        assertThat(format.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(format.exitValue()).as("log in " + directory).isZero();
        process = java("broker", "kafka.Kafka", config.toString());
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        awaitStart();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        process.destroyForcibly().waitFor();
        FileUtils.deleteDirectory(directory.toFile());
    }

    private void awaitStart() {
        try (Admin admin = admin()) {
            Awaitility.await("broker with its log in " + directory)
                    .atMost(START)
                    .ignoreExceptions()
                    .until(() -> admin.describeCluster().nodes().get().size() == 1);
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
    }

    private String config() throws IOException {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@localhost:%2$d
                listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                """
                .formatted(port, freePort(), directory.resolve("data"));
    }

    private Process java(String name, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx384m",
                                "-cp",
                                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
