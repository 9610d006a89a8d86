package io.flinkgpu.deploy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.resources.StageProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica's process keeps within the memory that it was promised, and what requests and loads of
 * models took once is all that later ones take.
 *
 * <p>This is the short form of a longer run: {@code -Dflinkgpu.test.memory.requests=10000
 * -Dflinkgpu.test.memory.loads=20 -Dflinkgpu.test.memory.skew=3}.
 */
class ReplicaMemoryITCase {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMemoryITCase.class);

    private static final int REQUESTS = Integer.getInteger("flinkgpu.test.memory.requests", 400);
    private static final int LOADS = Integer.getInteger("flinkgpu.test.memory.loads", 4);

    /** At 1 all sizes are as frequent, at 3 half of them are below an eighth of the largest. */
    private static final int SKEW = Integer.getInteger("flinkgpu.test.memory.skew", 1);

    private static final String POOL = "wide";
    private static final int MODELS = 24;
    private static final int CLIENTS = 6;

    /** 32 MiB, which the C library still takes from its pools. */
    private static final int MOST_ROWS = 8192;

    /** The process gives freed memory back every five seconds. */
    private static final Duration SETTLED = Duration.ofSeconds(6);

    /** What the second half may hold more than the first: allocators fragment. */
    private static final double FLAT = 1.25;

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @TempDir private static Path directory;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random(7);
    private static ClusterSet clusters;
    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        clusters = new ClusterSet(directory.resolve("clusters"));
        cluster =
                clusters.start(
                        "pool",
                        ClusterSpec.of(new Distribution(home), ClusterShape.pool(1))
                                .withDevices(GpuDevices.simulated())
                                .withRestPort(0));
    }

    @AfterAll
    static void stopCluster() {
        if (clusters != null) {
            clusters.close();
        }
    }

    @Test
    void keepsWithinItsBudgetAndStaysFlat() throws Exception {
        PoolSpec pool = pool();
        List<Long> pinned = new ArrayList<>();
        long budget = 0;

        for (int load = 0; load < LOADS; load++) {
            try (Pools pools = new Pools(ClusterSet.rest(cluster))) {
                JobID job =
                        pools.start(
                                pool,
                                Map.of(
                                        "pool.server.linger", "0 s",
                                        "pool.server.max-waiting-rows", "1000000"));
                pools.awaitReady(POOL, job, new PrintWriter(new StringWriter()), TIMEOUT);
                askMixedSizes(pools.status(POOL).replicas().get(0).address().toString());
                pinned.add(await().pollDelay(SETTLED).until(this::pinnedBytes, bytes -> bytes > 0));
                LOG.info("The process holds {} bytes after {} loads.", pinned.get(load), load + 1);
                budget = metric(job, "budgetBytes");
                assertThat(metric(job, "residentBytes")).isGreaterThan(pinned.get(load) / 2);
                pools.stop(POOL);
            }
        }

        assertThat(Collections.max(pinned)).as("of %s", pinned).isLessThan(budget);
        assertThat(Collections.max(pinned.subList(LOADS / 2, LOADS)))
                .as("of %s", pinned)
                .isLessThan((long) (FLAT * Collections.max(pinned.subList(0, LOADS / 2))));
    }

    @Test
    void startScriptBoundsThePoolsOfTheCLibrary() throws IOException {
        Path process = Path.of("/proc", Long.toString(cluster.processes().get(1).pid()));

        assertThat(Files.readString(process.resolve("environ"))).contains("MALLOC_ARENA_MAX=4");
        assertThat(Files.readString(process.resolve("cmdline")))
                .contains("-XX:TrimNativeHeapInterval=5000");
    }

    /** The same model under many names is loaded as often. */
    private PoolSpec pool() throws IOException {
        Path model = WideModel.export(directory.resolve("model"));
        Map<String, ModelRef> models = new TreeMap<>();
        for (int i = 0; i < MODELS; i++) {
            Path link = Files.createSymbolicLink(directory.resolve("model-" + i), model);
            models.put("model-" + i, ModelRef.savedModel(link.toString()));
        }
        StageProfile profile =
                StageProfile.named("replica")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(256))
                        .gpus(1)
                        .build();
        return new PoolSpec(new ReplicaRequest(POOL, models, MOST_ROWS, 1, profile), 1, 1, 1);
    }

    private void askMixedSizes(String address) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS / LOADS; i++) {
                String model = "model-" + random.nextInt(MODELS);
                int rows = 1 + (int) (MOST_ROWS * Math.pow(random.nextDouble(), SKEW));
                answers.add(clients.submit(() -> ask(address, model, rows)));
            }
            for (Future<?> answer : answers) {
                answer.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private Void ask(String address, String model, int rows) throws Exception {
        int bytes = rows * WideModel.WIDTH * Float.BYTES;
        byte[] json =
                """
                {"inputs": [{"name": "x", "datatype": "FP32", "shape": [%d, %d],
                  "parameters": {"binary_data_size": %d}}],
                 "outputs": [{"name": "y", "parameters": {"binary_data": true}}]}"""
                        .formatted(rows, WideModel.WIDTH, bytes)
                        .getBytes(StandardCharsets.UTF_8);
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://%s/v2/models/%s/infer".formatted(address, model)))
                        .header("Inference-Header-Content-Length", Integer.toString(json.length))
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        Arrays.copyOf(json, json.length + bytes)))
                        .build();

        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSizeGreaterThan(bytes);
        return null;
    }

    /** As Linux counts it. */
    private long pinnedBytes() throws IOException {
        long pid = cluster.processes().get(1).pid();
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) << 10)
                .sum();
    }

    /** As the process tells it of itself. */
    private long metric(JobID job, String name) {
        FlinkRestClient client = new FlinkRestClient(ClusterSet.rest(cluster));
        return await().atMost(TIMEOUT)
                .until(
                        () ->
                                client.vertices(job).stream()
                                        .mapToLong(vertex -> metric(client, job, vertex, name))
                                        .sum(),
                        value -> value > 0);
    }

    private static long metric(FlinkRestClient client, JobID job, VertexInfo vertex, String name) {
        return client.metricNames(job, vertex.id()).stream()
                .filter(id -> id.endsWith(".process." + name))
                .mapToLong(id -> (long) client.metricSum(job, vertex.id(), id).orElse(0))
                .sum();
    }
}
