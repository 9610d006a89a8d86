package io.flinkgpu.inference.health;

import io.flinkgpu.inference.fault.EscalationPolicy;
import io.flinkgpu.resources.StageProfile;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.annotation.Nullable;
import org.apache.flink.configuration.BatchExecutionOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.SlowTaskDetectorOptions;
import org.apache.flink.runtime.blocklist.BlockedNode;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalService;
import org.apache.flink.runtime.resourcemanager.ResourceManagerGateway;
import org.apache.flink.runtime.resourcemanager.ResourceManagerId;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagerInfo;
import org.apache.flink.runtime.rpc.AddressResolution;
import org.apache.flink.runtime.rpc.RpcService;
import org.apache.flink.runtime.rpc.RpcSystem;
import org.apache.flink.runtime.webmonitor.retriever.impl.RpcGatewayRetriever;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.TimeUtils;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.apache.flink.util.concurrent.ExponentialBackoffRetryStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocklist of a Flink cluster (FLIP-224), reached over the resource manager's RPC.
 *
 * <p>Touches {@code ResourceManagerGateway#notifyNewBlockedNodes} of Flink 2.3, which has no public
 * way to it: an RPC service of its own finds the resource manager with the cluster's
 * high-availability services. Flink keeps a blocklist only where {@code
 * execution.batch.speculative.enabled} is set for the cluster; streaming jobs heed it then, too. It
 * connects at the first call, on a thread of its own.
 */
final class ResourceManagerBlocker implements NodeBlocker {

    private static final Logger LOG = LoggerFactory.getLogger(ResourceManagerBlocker.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int CONNECT_TRIES = 12;
    private static final Duration SHORTEST_CHECK_INTERVAL = Duration.ofSeconds(10);

    @Nullable private static RpcSystem rpcSystem;

    private final Configuration cluster;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(new ExecutorThreadFactory("node-blocklist"));
    @Nullable private Connection connection;

    /**
     * A way to a cluster that is not gone yet.
     *
     * @param cluster the cluster's configuration, as its job manager reads it
     */
    public ResourceManagerBlocker(Configuration cluster) {
        this.cluster = cluster;
    }

    /**
     * Why a cluster with this configuration keeps no blocklist of nodes; null if it does.
     *
     * @return a sentence for people, with the way out
     */
    @Nullable
    public static String whyNot(Configuration cluster) {
        if (!cluster.contains(JobManagerOptions.ADDRESS)) {
            return "Nodes are not blocked: the cluster's configuration is not known to this process.";
        }
        if (!cluster.get(BatchExecutionOptions.SPECULATIVE_ENABLED)) {
            return "Nodes are not blocked: set %s to true in the cluster's configuration, which turns Flink's blocklist on."
                    .formatted(BatchExecutionOptions.SPECULATIVE_ENABLED.key());
        }
        return null;
    }

    /**
     * What is to be known of blocks on a cluster with this configuration; null if nothing.
     *
     * <p>{@code DefaultBlocklistHandler} of Flink 2.3 schedules its next look for ended blocks in
     * the last one, the first of them in the constructor of {@code JobMaster}: where that look
     * comes before the job master is started, its message is discarded, and no other follows.
     *
     * @return a sentence for people, with the way out
     */
    @Nullable
    public static String caveat(Configuration cluster) {
        Duration interval = cluster.get(SlowTaskDetectorOptions.CHECK_INTERVAL);
        return interval.compareTo(SHORTEST_CHECK_INTERVAL) >= 0
                ? null
                : "Nodes may stay blocked for a job whose job manager takes longer than %s to start: set %s to 30 s in the cluster's configuration."
                        .formatted(
                                TimeUtils.formatWithHighestUnit(interval),
                                SlowTaskDetectorOptions.CHECK_INTERVAL.key());
    }

    @Override
    public CompletableFuture<Void> block(Collection<NodeBlock> blocks) {
        List<BlockedNode> nodes =
                blocks.stream()
                        .map(
                                block ->
                                        new BlockedNode(
                                                block.node(),
                                                block.cause(),
                                                block.until().toEpochMilli()))
                        .toList();
        return gateway()
                .thenCompose(resourceManager -> resourceManager.notifyNewBlockedNodes(nodes))
                .thenAccept(acknowledged -> LOG.info("Flink has taken blocks of {}.", nodes));
    }

    @Override
    public CompletableFuture<EscalationPolicy.Nodes> nodes() {
        return gateway()
                .thenCompose(resourceManager -> resourceManager.requestTaskManagerInfo(TIMEOUT))
                .thenApply(ResourceManagerBlocker::count);
    }

    @Override
    public void close() {
        thread.execute(this::disconnect);
        thread.shutdown();
    }

    private CompletableFuture<ResourceManagerGateway> gateway() {
        String problem = whyNot(cluster);
        if (problem != null) {
            return CompletableFuture.failedFuture(new IllegalStateException(problem));
        }
        return CompletableFuture.supplyAsync(this::connected, thread)
                .thenCompose(open -> open.retriever.getFuture());
    }

    private Connection connected() {
        if (connection == null) {
            try {
                connection = Connection.open(cluster, thread);
            } catch (Exception failure) {
                throw new IllegalStateException(
                        "Cannot reach the resource manager: " + failure.getMessage(), failure);
            }
        }
        return connection;
    }

    private void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private static EscalationPolicy.Nodes count(Collection<TaskManagerInfo> taskManagers) {
        List<TaskManagerInfo> withGpu =
                taskManagers.stream().filter(ResourceManagerBlocker::hasGpu).toList();
        return new EscalationPolicy.Nodes(
                withGpu.size(), (int) withGpu.stream().filter(TaskManagerInfo::getBlocked).count());
    }

    private static boolean hasGpu(TaskManagerInfo taskManager) {
        return taskManager
                .getTotalResource()
                .getExtendedResources()
                .containsKey(StageProfile.GPU_RESOURCE);
    }

    /**
     * The RPC system of this process, never closed: each one that is loaded brings the classes of
     * Pekko in a class loader of its own, which stays in memory, and a pool's job has a new
     * coordinator at each restart.
     */
    private static synchronized RpcSystem rpcSystem(Configuration cluster) {
        if (rpcSystem == null) {
            rpcSystem = RpcSystem.load(cluster);
        }
        return rpcSystem;
    }

    /** An RPC service and what finds the leader with it. */
    private record Connection(
            RpcService service,
            HighAvailabilityServices availability,
            LeaderRetrievalService leader,
            RpcGatewayRetriever<ResourceManagerId, ResourceManagerGateway> retriever) {

        private static Connection open(Configuration cluster, ExecutorService executor)
                throws Exception {
            RpcSystem system = rpcSystem(cluster);
            String host = cluster.get(JobManagerOptions.ADDRESS);
            RpcService service =
                    system.remoteServiceBuilder(cluster, host, "0")
                            .withComponentName("flink-gpu-blocklist")
                            .createAndStart();
            try {
                return find(cluster, executor, system, service);
            } catch (Exception failure) {
                service.closeAsync().get();
                throw failure;
            }
        }

        private static Connection find(
                Configuration cluster,
                ExecutorService executor,
                RpcSystem system,
                RpcService service)
                throws Exception {
            HighAvailabilityServices availability =
                    HighAvailabilityServicesUtils.createHighAvailabilityServices(
                            cluster,
                            executor,
                            AddressResolution.NO_ADDRESS_RESOLUTION,
                            system,
                            failure -> LOG.error("Lost the resource manager.", failure));
            RpcGatewayRetriever<ResourceManagerId, ResourceManagerGateway> retriever =
                    new RpcGatewayRetriever<>(
                            service,
                            ResourceManagerGateway.class,
                            ResourceManagerId::fromUuid,
                            new ExponentialBackoffRetryStrategy(
                                    CONNECT_TRIES, Duration.ofMillis(10), Duration.ofSeconds(1)));
            LeaderRetrievalService leader = availability.getResourceManagerLeaderRetriever();
            leader.start(retriever);
            return new Connection(service, availability, leader, retriever);
        }

        private void close() {
            try {
                IOUtils.closeAll(leader::stop, availability, () -> service.closeAsync().get());
            } catch (Exception failure) {
                LOG.warn("Cannot end the connection to the resource manager.", failure);
            }
        }
    }
}
