package io.flinkgpu.inference.pool.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.FactorRuntime;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica that lingers while the files of its models change. */
@Timeout(60)
class RetrainedReplicaTest {

    @TempDir private Path directory;

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final ModelHost host = new ModelHost(List.of(new FactorRuntime()), timer);
    private final ReplicaServer server =
            new ReplicaServer(
                    ReplicaServerConfig.from(
                            TestingReplicaServer.options()
                                    .set(PoolOptions.SERVER_LINGER, Duration.ofHours(1)),
                            "machine"),
                    host,
                    new DeviceLeaseTable(),
                    timer);

    @AfterEach
    void stop() throws Exception {
        server.drain().get(30, TimeUnit.SECONDS);
        timer.shutdownNow();
    }

    @Test
    void isTakenOverAsLongAsTheyStay() throws Exception {
        write("1", 2);

        serve().close();
        serve().close();

        assertThat(host.modelsLoaded()).isEqualTo(1);
    }

    @Test
    void isNotTakenOverWithOldWeights() throws Exception {
        write("1", 2);
        serve().close();

        write("1", 30);
        serve().close();

        assertThat(host.modelsLoaded()).isEqualTo(2);
    }

    @Test
    void isFollowedByOneWithTheNewVersionBesideTheOld() throws Exception {
        write("1", 2);
        serve().close();

        write("2", 3);
        try (ReplicaLease both = serve()) {
            assertThat(both.describe().models())
                    .containsExactlyInAnyOrder(
                            new ServedModel("digits", "1"), new ServedModel("digits", "2"));
        }
    }

    private ReplicaLease serve() throws Exception {
        ModelRef model = FactorRuntime.ref(directory);
        ReplicaLease lease =
                server.lease(TestingReplicaServer.request("digits", model), List.of(), "test");
        lease.ready().get(30, TimeUnit.SECONDS);
        return lease;
    }

    private void write(String version, int factor) throws IOException {
        Path model = Files.createDirectories(directory.resolve(version));
        Files.writeString(model.resolve(FactorRuntime.FILE), Integer.toString(factor));
    }
}
