package io.flinkgpu.benchmarks.load;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/**
 * Clusters of processes from the assembled distribution, with simulated devices. All classes share
 * them, because a start takes longer than most tests; they end with the last class.
 *
 * <p>A test gets one as it is after its start: without jobs, and with all processes alive.
 */
final class SharedClusters implements BeforeAllCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedClusters.class);

    private Started started;

    /** The class is skipped where there is no distribution. */
    @Override
    public void beforeAll(ExtensionContext context) {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        started =
                context.getRoot()
                        .getStore(NAMESPACE)
                        .getOrComputeIfAbsent(
                                Started.class,
                                type -> new Started(new Distribution(home)),
                                Started.class);
    }

    /** One CPU task manager and two of GPUs; a killed one is noticed within seconds. */
    TestingCluster mixed() {
        return started.cluster("mixed", ClusterShape.mixed(), "8 s");
    }

    /** One CPU task manager, and with it a pool of three GPU task managers. */
    Separated separated() {
        CompletableFuture<TestingCluster> pool =
                CompletableFuture.supplyAsync(
                        () -> started.cluster("pool", ClusterShape.pool(3), "40 s"));
        return new Separated(started.cluster("cpu", ClusterShape.cpu(), "40 s"), pool.join());
    }

    /** Both notice a killed process at once, and are patient with one that stands still. */
    record Separated(TestingCluster pipeline, TestingCluster pool) {}

    private static final class Started implements CloseableResource {

        private final Distribution distribution;
        private final Path directory;
        private final ClusterSet clusters;
        private final Map<String, TestingCluster> byName = new LinkedHashMap<>();

        private Started(Distribution distribution) {
            this.distribution = distribution;
            try {
                this.directory = Files.createTempDirectory("flink-gpu-clusters");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            this.clusters = new ClusterSet(directory);
        }

        private TestingCluster cluster(String name, ClusterShape shape, String heartbeatTimeout) {
            TestingCluster former;
            synchronized (byName) {
                former = byName.get(name);
            }
            if (former != null) {
                former.renew();
                return former;
            }
            TestingCluster cluster =
                    new TestingCluster(
                            clusters.start(
                                    name,
                                    ClusterSpec.of(distribution, shape)
                                            .withDevices(GpuDevices.simulated())
                                            .withOverrides(
                                                    Map.of(
                                                            "heartbeat.interval",
                                                            "1 s",
                                                            "heartbeat.timeout",
                                                            heartbeatTimeout,
                                                            "slow-task-detector.check-interval",
                                                            "5 s"))
                                            .withRestPort(0)));
            synchronized (byName) {
                byName.put(name, cluster);
            }
            return cluster;
        }

        @Override
        public void close() throws IOException {
            clusters.close();
            FileUtils.deleteDirectory(directory.toFile());
        }
    }
}
