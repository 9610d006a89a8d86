package io.flinkgpu.table.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.onnx.graph.OnnxGraph;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.table.runtime.generated.CompileUtils;
import org.apache.flink.test.junit5.InjectClusterClientConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Predictions by SQL through Flink's gateway, and from a user's jar. */
@Timeout(120)
class SqlOnAClusterITCase {

    private static final int SUBMISSIONS = 5;
    private static final int MOST_LIVE = 1;
    private static final Pattern USER_LOADER =
            Pattern.compile(
                    "^ *\\d+: +(\\d+) +\\d+ +org\\.apache\\.flink\\.util\\.ChildFirstClassLoader *$",
                    Pattern.MULTILINE);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir static Path folder;

    private static Path model;

    @BeforeAll
    static void writeModel() throws IOException {
        Shape pair = Shape.of(Shape.UNKNOWN, 2);
        model =
                new OnnxGraph("doubling")
                        .input("x", DataType.FLOAT32, pair)
                        .output("y", DataType.FLOAT32, pair)
                        .node("Add", List.of("x", "x"), List.of("y"))
                        .write(folder.resolve("doubling.onnx"));
    }

    @Test
    void predictsThroughTheGateway(@InjectClusterClientConfiguration Configuration client)
            throws Exception {
        try (TestingGateway gateway = new TestingGateway(client)) {
            for (String statement : JarredSqlJob.statements(model.toString())) {
                gateway.run(statement);
            }

            List<JsonNode> rows = gateway.run(JarredSqlJob.PREDICTION);

            assertThat(rows)
                    .extracting(row -> row.get(0).asInt() + ": " + row.get(1).asDouble())
                    .containsExactlyInAnyOrder("1: 6.0", "2: 10.0", "3: 14.0");
            assertThatThrownBy(
                            () ->
                                    gateway.run(
                                            JarredSqlJob.PREDICTION.replace(
                                                    "DESCRIPTOR(x)", "DESCRIPTOR(nothing)")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing");
        }
    }

    @Test
    void theClassesOfAUsersJarGoWithItsJobs(@InjectClusterClientConfiguration Configuration client)
            throws Exception {
        Path jar = jarOf(JarredSqlJob.class, JarredSqlJob.Halved.class);
        for (int i = 0; i < SUBMISSIONS; i++) {
            submit(jar, client);
        }

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            forgetGeneratedClasses();
                            assertThat(userClassLoaders()).isLessThanOrEqualTo(MOST_LIVE);
                        });
    }

    /** As {@code flink run} does: the job's classes come from the jar, here and on the cluster. */
    private static void submit(Path jar, Configuration client) throws Exception {
        Configuration configuration = new Configuration(client);
        configuration.set(DeploymentOptions.TARGET, RemoteExecutor.NAME);
        configuration.set(PipelineOptions.JARS, List.of(jar.toUri().toString()));
        try (PackagedProgram program =
                PackagedProgram.newBuilder()
                        .setJarFile(jar.toFile())
                        .setEntryPointClassName(JarredSqlJob.class.getName())
                        .setArguments(model.toString())
                        .setConfiguration(configuration)
                        .build()) {
            ClientUtils.executeProgram(
                    new DefaultExecutorServiceLoader(), configuration, program, true, false);
            assertThat(userClassLoaders()).as("with that of the program").isPositive();
        }
    }

    private static Path jarOf(Class<?>... classes) throws IOException {
        Path jar = folder.resolve("user.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            for (Class<?> type : classes) {
                String name = type.getName().replace('.', '/') + ".class";
                entries.putNextEntry(new JarEntry(name));
                try (InputStream bytes = type.getClassLoader().getResourceAsStream(name)) {
                    bytes.transferTo(entries);
                }
            }
        }
        return jar;
    }

    /** Flink keeps the classes that it generates for five minutes, and their loaders with them. */
    private static void forgetGeneratedClasses() throws ReflectiveOperationException {
        for (Field field : CompileUtils.class.getDeclaredFields()) {
            if (field.getName().endsWith("_CACHE")) {
                field.setAccessible(true);
                Object cache = field.get(null);
                for (Class<?> type : cache.getClass().getInterfaces()) {
                    invalidate(type, cache);
                }
            }
        }
    }

    private static void invalidate(Class<?> cacheType, Object cache)
            throws ReflectiveOperationException {
        if (cacheType.getSimpleName().equals("Cache")) {
            cacheType.getMethod("invalidateAll").invoke(cache);
        }
    }

    /** How many user class loaders there are after a full collection. */
    private static long userClassLoaders() throws Exception {
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        Matcher count = USER_LOADER.matcher(histogram);
        return count.find() ? Long.parseLong(count.group(1)) : 0;
    }
}
