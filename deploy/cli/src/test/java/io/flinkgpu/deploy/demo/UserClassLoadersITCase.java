package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProcessRecord;
import io.flinkgpu.deploy.observe.ProgressReader;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.examples.DigitsJob;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.PackagedProgramUtils;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that run many jobs from a user's jar do not keep the classes of jobs that have ended.
 */
class UserClassLoadersITCase {

    /** Enough for one kind of job alone to leave more behind than {@link #MOST_LIVE}. */
    private static final int JOBS = Integer.getInteger("flinkgpu.test.class-loaders.jobs", 12);

    private static final int MOST_LIVE = 2;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern USER_LOADER =
            Pattern.compile(
                    "^ *\\d+: +(\\d+) +\\d+ +org\\.apache\\.flink\\.util\\.ChildFirstClassLoader *$",
                    Pattern.MULTILINE);

    private static final String POOL = "digits";

    @TempDir private Path directory;
    private Path home;
    private Path images;
    private Path profiles;
    private ClusterSet clusters;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(
                Files.exists(distribution().resolve(".built")),
                "SKIPPED: no distribution in " + distribution() + ". Run 'mvn package' first.");
        home = withoutExamples(distribution().toAbsolutePath(), directory.resolve("dist"));
        images = TestImages.list(directory, 20);
        profiles =
                Files.writeString(
                        directory.resolve("profiles.yaml"),
                        """
                        profiles:
                          decode: {cpu-cores: 0.5, task-heap: 256 mb, managed: 16 mb}
                          inference: {cpu-cores: 0.5, task-heap: 128 mb, task-off-heap: 512 mb}
                        """);
        clusters = new ClusterSet(directory.resolve("clusters"));
    }

    private static Path distribution() {
        return Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
    }

    @AfterEach
    void stopClusters() {
        if (clusters != null) {
            clusters.close();
        }
    }

    @Test
    void goWithTheirJobs() throws Exception {
        LocalCluster cluster = clusters.start("jobs", spec(ClusterShape.cpu()));
        PoolAddress pool = startPool(clusters.start("pool", spec(ClusterShape.pool(1))));

        ProcessRecord taskManager = cluster.processes().get(1);
        for (int i = 0; i < JOBS; i++) {
            switch (i % 3) {
                case 0 -> runToItsEnd(submit(cluster, i, 1, List.of()));
                case 1 -> cancelMidway(submit(cluster, i, 100_000, List.of()), taskManager);
                default ->
                        runToItsEnd(
                                submit(
                                        cluster,
                                        i,
                                        1,
                                        List.of(
                                                "--inference.mode",
                                                "separated",
                                                "--inference.pool.addresses",
                                                pool + "?weight=" + (i + 1))));
            }
        }

        for (ProcessRecord process : cluster.processes()) {
            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () ->
                                    assertThat(userClassLoaders(process))
                                            .as(process.name())
                                            .isLessThanOrEqualTo(MOST_LIVE));
        }
    }

    private ClusterSpec spec(ClusterShape shape) {
        return ClusterSpec.of(new Distribution(home), shape)
                .withDevices(GpuDevices.simulated())
                .withRestPort(0);
    }

    /** The distribution without the example, whose classes come with each job then. */
    private static Path withoutExamples(Path distribution, Path home) throws IOException {
        Files.createDirectories(home);
        for (String same : List.of("bin", "conf", "plugins")) {
            Files.createSymbolicLink(home.resolve(same), distribution.resolve(same));
        }
        Path lib = Files.createDirectories(home.resolve("lib"));
        try (Stream<Path> jars = Files.list(distribution.resolve("lib"))) {
            for (Path jar : jars.filter(UserClassLoadersITCase::isNoExample).toList()) {
                Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
            }
        }
        return home;
    }

    private static boolean isNoExample(Path jar) {
        return !jar.getFileName().toString().startsWith("flink-gpu-examples-");
    }

    private PoolAddress startPool(LocalCluster cluster) throws InterruptedException {
        ModelRef model = ModelRef.savedModel(DemoCli.DIGITS.resolve("model").toString());
        ReplicaRequest replica =
                new ReplicaRequest(POOL, Map.of(model.servedName(), model), 32, 1, null);
        try (Pools pools = new Pools(ClusterSet.rest(cluster))) {
            JobID job = pools.start(new PoolSpec(replica, 1, 1, 1), Map.of());
            pools.awaitReady(POOL, job, new PrintWriter(new StringWriter()), TIMEOUT);
            return pools.address(POOL);
        }
    }

    private JobRun submit(LocalCluster cluster, int number, int repeat, List<String> more)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--input", images.toString(),
                                "--model", ownModel(number).toString(),
                                "--profiles", profiles.toString(),
                                "--output", directory.resolve("output-" + number).toString(),
                                "--repeat", Integer.toString(repeat)));
        arguments.addAll(more);
        Path jar = new Distribution(distribution()).digitsJobJar();
        JobSubmitter submitter = new JobSubmitter(ClusterSet.rest(cluster)).withJar(jar);
        Configuration configuration = submitter.configuration();
        try (PackagedProgram program =
                PackagedProgram.newBuilder()
                        .setJarFile(jar.toFile())
                        .setArguments(arguments.toArray(String[]::new))
                        .setConfiguration(configuration)
                        .build()) {
            Pipeline job =
                    PackagedProgramUtils.getPipelineFromProgram(program, configuration, 1, false);
            return submitter.submit(job);
        }
    }

    /** Each job has a model of its own, which stays loaded for a while after the job's end. */
    private Path ownModel(int number) throws IOException {
        Path parent = Files.createDirectories(directory.resolve("models/" + number));
        return Files.createSymbolicLink(parent.resolve("model"), DemoCli.DIGITS.resolve("model"));
    }

    private static void runToItsEnd(JobRun job) throws InterruptedException {
        assertThat(job.awaitEnd(TIMEOUT))
                .as(job.lastFailure().orElse(""))
                .hasValue(JobStatus.FINISHED);
    }

    private static void cancelMidway(JobRun job, ProcessRecord taskManager) throws Exception {
        ProgressReader progress = new ProgressReader(job, DigitsJob.CLASSIFY, DemoJob.SINKS);
        await().atMost(TIMEOUT).until(() -> progress.read().rowsDone() > 0);
        assertThat(userClassLoaders(taskManager)).isPositive();

        job.cancel(TIMEOUT);
    }

    /** How many user class loaders a process still holds after two full collections. */
    private static long userClassLoaders(ProcessRecord process) throws Exception {
        String unused = jcmd(process, "GC.run");
        Matcher count = USER_LOADER.matcher(jcmd(process, "GC.class_histogram"));
        return count.find() ? Long.parseLong(count.group(1)) : 0;
    }

    private static String jcmd(ProcessRecord process, String... command) throws Exception {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        all.add(Long.toString(process.pid()));
        all.addAll(List.of(command));
        Process jcmd = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(output).isZero();
        return output;
    }
}
