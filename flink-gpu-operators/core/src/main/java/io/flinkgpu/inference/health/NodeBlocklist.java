package io.flinkgpu.inference.health;

import io.flinkgpu.inference.config.LayeredOptions;
import io.flinkgpu.inference.fault.EscalationPolicy;
import io.flinkgpu.resources.lease.DeviceBlock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that a job has had blocked, kept by its coordinator.
 *
 * <p>Flink forgets its blocklist with the job manager; this one is in the coordinator's checkpoint
 * and tells Flink again. Safe for use by many threads.
 */
@Internal
public final class NodeBlocklist implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeBlocklist.class);

    private final EscalationPolicy policy;
    private final NodeBlocker blocker;
    private final FaultEvents events;
    private final FaultLog faults;
    private final InstantSource clock;
    private final Map<String, NodeBlock> blocks = new LinkedHashMap<>();
    private final Map<String, Map<String, DeviceBlock>> blockedDevices = new HashMap<>();

    /**
     * An empty blocklist, which closes the blocker with itself.
     *
     * @param faults in which its blocks are noted
     */
    public NodeBlocklist(
            EscalationPolicy policy,
            NodeBlocker blocker,
            FaultEvents events,
            FaultLog faults,
            InstantSource clock) {
        this.policy = policy;
        this.blocker = blocker;
        this.events = events;
        this.faults = faults;
        this.clock = clock;
    }

    /**
     * The blocklist of a job on the cluster whose job manager this is.
     *
     * @param options of the job
     * @param needed whether to warn of a cluster that keeps no blocklist
     * @param faults of the job, in which its blocks are noted
     * @throws org.apache.flink.configuration.IllegalConfigurationException naming every invalid
     *     option
     */
    public static NodeBlocklist ofCluster(
            Map<String, String> options, boolean needed, FaultLog faults) {
        Configuration cluster = GlobalConfiguration.loadConfiguration();
        if (needed) {
            warn(cluster);
        }
        return new NodeBlocklist(
                BlocklistConfig.from(LayeredOptions.of(cluster, options)).nodes(),
                new ResourceManagerBlocker(cluster),
                FaultEvents.ofProcess(),
                faults,
                InstantSource.system());
    }

    private static void warn(Configuration cluster) {
        String problem = ResourceManagerBlocker.whyNot(cluster);
        if (problem != null) {
            LOG.warn("{} Devices and replicas are blocked all the same.", problem);
            return;
        }
        String caveat = ResourceManagerBlocker.caveat(cluster);
        if (caveat != null) {
            LOG.warn(caveat);
        }
    }

    /** Takes over what a checkpoint holds and tells Flink of it. */
    public void restore(Collection<NodeBlock> held) {
        synchronized (this) {
            held.forEach(block -> blocks.put(block.node(), block));
        }
        List<NodeBlock> lasting = blocks();
        if (!lasting.isEmpty()) {
            CompletableFuture<?> unused =
                    blocker.block(lasting).whenComplete((done, failure) -> tellIf(failure));
        }
    }

    /**
     * Takes what speaks against a node into account.
     *
     * @return completes when that is settled, whether the node is blocked then or not; never fails
     */
    public CompletableFuture<Void> reported(HealthReport report) {
        EscalationPolicy.Evidence evidence = judge(report);
        if (!policy.calls(evidence) || isBlocked(report.node())) {
            return CompletableFuture.completedFuture(null);
        }
        return blocker.nodes()
                .thenCompose(nodes -> blockIfAllowed(report, evidence, nodes))
                .exceptionally(
                        failure -> {
                            tellIf(failure);
                            return null;
                        });
    }

    /** Blocks a node in any case, as people may ask for. */
    public CompletableFuture<Void> block(NodeBlock block) {
        synchronized (this) {
            blocks.put(block.node(), block);
        }
        FaultEvent.NodeBlocked fault = new FaultEvent.NodeBlocked(block);
        events.happened(fault);
        faults.add(clock.instant(), block.node(), fault);
        LOG.warn("Node {} is blocked until {}: {}.", block.node(), block.until(), block.cause());
        return blocker.block(List.of(block));
    }

    /** The blocks that last, in the order in which they came. */
    public synchronized List<NodeBlock> blocks() {
        Instant now = clock.instant();
        blocks.values().removeIf(block -> !block.until().isAfter(now));
        return List.copyOf(blocks.values());
    }

    /** All blocks that last, those of devices included. */
    public synchronized BlocklistResponse describe() {
        Instant now = clock.instant();
        List<BlocklistResponse.BlockedDevice> devices = new ArrayList<>();
        blockedDevices.forEach(
                (node, ofNode) ->
                        ofNode.values().stream()
                                .filter(block -> block.until().isAfter(now))
                                .map(block -> new BlocklistResponse.BlockedDevice(node, block))
                                .forEach(devices::add));
        return new BlocklistResponse(blocks(), devices);
    }

    /** Counts a device as blocked no longer. */
    synchronized void forgetDevice(String device) {
        blockedDevices.values().forEach(ofNode -> ofNode.remove(device));
    }

    @Override
    public void close() {
        blocker.close();
    }

    private synchronized EscalationPolicy.Evidence judge(HealthReport report) {
        Instant now = clock.instant();
        Map<String, DeviceBlock> ofNode =
                blockedDevices.computeIfAbsent(report.node(), node -> new HashMap<>());
        if (report.block() != null) {
            ofNode.put(report.block().device(), report.block());
        }
        ofNode.values().removeIf(block -> !block.until().isAfter(now));
        return new EscalationPolicy.Evidence(
                report.isOfNode(), report.kind() == HealthReport.Kind.DEVICE_SPARED, ofNode.size());
    }

    private boolean isBlocked(String node) {
        return blocks().stream().anyMatch(block -> block.node().equals(node));
    }

    private CompletableFuture<Void> blockIfAllowed(
            HealthReport report, EscalationPolicy.Evidence evidence, EscalationPolicy.Nodes nodes) {
        Duration length = policy.nodeBlock(evidence, nodes).orElse(Duration.ZERO);
        if (length.isZero()) {
            LOG.warn(
                    "Node {} ought to be blocked and stays: {} of {} task managers with a GPU are blocked. {}",
                    report.node(),
                    nodes.blocked(),
                    nodes.all(),
                    report.cause());
            return CompletableFuture.completedFuture(null);
        }
        synchronized (this) {
            if (blocks.containsKey(report.node())) {
                return CompletableFuture.completedFuture(null);
            }
        }
        return block(new NodeBlock(report.node(), report.cause(), clock.instant().plus(length)));
    }

    /** Without Flink's blocklist the two lower levels go on. */
    private static void tellIf(Throwable failure) {
        if (failure != null) {
            LOG.warn("Cannot block nodes: {}", failure.getMessage());
        }
    }
}
