package io.flinkgpu.deploy.blocklist;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.inference.health.BlocklistResponse;
import io.flinkgpu.inference.health.CoordinatorClient;
import io.flinkgpu.inference.health.HealthRequests;
import io.flinkgpu.inference.health.NodeBlock;
import io.flinkgpu.inference.pool.job.PoolJob;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.rest.util.RestClientException;

/**
 * The blocklists of the jobs of one cluster, kept by their coordinators.
 *
 * <p>Inference stages are found by their uid, which is their name unless the job sets another.
 * Every call blocks for seconds at most. One thread at a time.
 */
@Internal
public final class Blocklists implements AutoCloseable {

    private static final String CHAIN = " -> ";

    private final URI rest;
    private final FlinkRestClient flink;
    private final CoordinatorClient coordinators;
    @Nullable private final String uid;

    /** A job's coordinator that keeps a blocklist, and what it holds. */
    public record Keeper(JobID job, String jobName, String uid, BlocklistResponse blocks) {}

    /**
     * Does not connect yet.
     *
     * @param rest the root of the REST API, such as {@code http://localhost:8081}
     * @param uid of the inference stages to ask; null: their names
     */
    public Blocklists(URI rest, @Nullable String uid) {
        this.rest = rest;
        this.flink = new FlinkRestClient(rest);
        this.coordinators = new CoordinatorClient(rest, new Configuration());
        this.uid = uid;
    }

    /**
     * Those of all running jobs that have one.
     *
     * @throws BlocklistException if the job manager does not answer
     */
    public List<Keeper> list() throws InterruptedException {
        List<Keeper> keepers = new ArrayList<>();
        try {
            for (JobDetails job : coordinators.jobs()) {
                if (job.getStatus() == JobStatus.RUNNING) {
                    for (String candidate : candidates(job)) {
                        ask(job, candidate, new HealthRequests.ListBlocks())
                                .ifPresent(keepers::add);
                    }
                }
            }
        } catch (IOException unreachable) {
            throw new BlocklistException(unreachable.getMessage(), unreachable);
        }
        return keepers;
    }

    /** The task managers that Flink places nothing new on, whoever asked for it. */
    public Set<String> blockedTaskManagers() {
        return flink.blockedTaskManagers();
    }

    /**
     * Blocks a node.
     *
     * @return who keeps the block
     * @throws BlocklistException if no job keeps a blocklist, or Flink takes no block
     */
    public Keeper add(NodeBlock block) throws InterruptedException {
        Keeper keeper =
                list().stream()
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new BlocklistException(
                                                "Cannot block node '%s': no job with an inference stage or a pool runs at %s to keep the block. Start one first, or give --uid if its stage has a uid of its own."
                                                        .formatted(block.node(), rest)));
        try {
            BlocklistResponse blocks =
                    (BlocklistResponse)
                            coordinators.ask(
                                    keeper.job(),
                                    keeper.uid(),
                                    new HealthRequests.BlockNode(block),
                                    Duration.ofSeconds(30));
            return new Keeper(keeper.job(), keeper.jobName(), keeper.uid(), blocks);
        } catch (IOException refused) {
            throw new BlocklistException(
                    "Cannot block node '%s': %s".formatted(block.node(), refused.getMessage()),
                    refused);
        }
    }

    /**
     * Has a device used again before its time: the tasks of the keeper tell its process.
     *
     * @throws BlocklistException if the keeper cannot be asked
     */
    public void unblock(Keeper keeper, String device) throws InterruptedException {
        try {
            CoordinationResponse unused =
                    coordinators.ask(
                            keeper.job(),
                            keeper.uid(),
                            new HealthRequests.UnblockDeviceRequest(device),
                            Duration.ZERO);
        } catch (IOException refused) {
            throw new BlocklistException(
                    "Cannot unblock device '%s': %s".formatted(device, refused.getMessage()),
                    refused);
        }
    }

    @Override
    public void close() {
        coordinators.close();
    }

    private List<String> candidates(JobDetails job) {
        if (uid != null) {
            return List.of(uid);
        }
        return Stream.concat(
                        Stream.of(PoolJob.REGISTRY_UID),
                        flink.vertices(job.getJobId()).stream().map(Blocklists::headOf))
                .toList();
    }

    /** An inference stage is the head of its chain, always. */
    private static String headOf(VertexInfo vertex) {
        int end = vertex.name().indexOf(CHAIN);
        return end < 0 ? vertex.name() : vertex.name().substring(0, end);
    }

    /** A stage without a coordinator, or with another one, keeps no blocklist. */
    private Optional<Keeper> ask(JobDetails job, String candidate, CoordinationRequest question)
            throws IOException, InterruptedException {
        try {
            return coordinators.ask(job.getJobId(), candidate, question, Duration.ZERO)
                            instanceof BlocklistResponse blocks
                    ? Optional.of(new Keeper(job.getJobId(), job.getJobName(), candidate, blocks))
                    : Optional.empty();
        } catch (IOException failure) {
            if (failure.getCause() instanceof RestClientException) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
