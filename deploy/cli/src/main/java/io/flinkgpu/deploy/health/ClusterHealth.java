package io.flinkgpu.deploy.health;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.inference.health.BlocklistResponse;
import io.flinkgpu.inference.health.CoordinatorClient;
import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.health.HealthRequests;
import io.flinkgpu.inference.health.NodeBlock;
import io.flinkgpu.inference.pool.job.PoolJob;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
 * What the coordinators of one cluster's jobs know of health: their blocklists and latest faults.
 *
 * <p>Inference stages are found by their uid, which is their name unless the job sets another.
 * Every call blocks for seconds at most. One thread at a time.
 */
@Internal
public final class ClusterHealth implements AutoCloseable {

    private static final String CHAIN = " -> ";

    private final URI rest;
    private final FlinkRestClient flink;
    private final CoordinatorClient coordinators;
    @Nullable private final String uid;

    /** A job's coordinator that keeps a blocklist, and what it holds. */
    public record Keeper(JobID job, String jobName, String uid, BlocklistResponse blocks) {}

    /** A fault that a job's coordinator was told of. */
    public record JobFault(String jobName, FaultLog.Entry fault) {}

    /**
     * Does not connect yet.
     *
     * @param rest the root of the REST API, such as {@code http://localhost:8081}
     * @param uid of the inference stages to ask; null: their names
     */
    public ClusterHealth(URI rest, @Nullable String uid) {
        this.rest = rest;
        this.flink = new FlinkRestClient(rest);
        this.coordinators = new CoordinatorClient(rest, new Configuration());
        this.uid = uid;
    }

    /**
     * The blocklists of all running jobs that have one.
     *
     * @throws HealthException if the job manager does not answer
     */
    public List<Keeper> list() throws InterruptedException {
        List<Keeper> keepers = new ArrayList<>();
        forEachCoordinator(
                new HealthRequests.ListBlocks(),
                (job, stage, answer) -> {
                    if (answer instanceof BlocklistResponse blocks) {
                        keepers.add(new Keeper(job.getJobId(), job.getJobName(), stage, blocks));
                    }
                });
        return keepers;
    }

    /**
     * The latest faults of all running jobs with inference, the oldest first.
     *
     * @throws HealthException if the job manager does not answer
     */
    public List<JobFault> faults() throws InterruptedException {
        List<JobFault> faults = new ArrayList<>();
        forEachCoordinator(
                new HealthRequests.ListFaults(),
                (job, stage, answer) -> {
                    if (answer instanceof FaultLog.Response log) {
                        log.faults()
                                .forEach(
                                        fault -> faults.add(new JobFault(job.getJobName(), fault)));
                    }
                });
        faults.sort(Comparator.comparing(fault -> fault.fault().time()));
        return faults;
    }

    /** The task managers that Flink places nothing new on, whoever asked for it. */
    public Set<String> blockedTaskManagers() {
        return flink.blockedTaskManagers();
    }

    /**
     * Blocks a node.
     *
     * @return who keeps the block
     * @throws HealthException if no job keeps a blocklist, or Flink takes no block
     */
    public Keeper add(NodeBlock block) throws InterruptedException {
        Keeper keeper =
                list().stream()
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new HealthException(
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
            throw new HealthException(
                    "Cannot block node '%s': %s".formatted(block.node(), refused.getMessage()),
                    refused);
        }
    }

    /**
     * Has a device used again before its time: the tasks of the keeper tell its process.
     *
     * @throws HealthException if the keeper cannot be asked
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
            throw new HealthException(
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
                        flink.vertices(job.getJobId()).stream().map(ClusterHealth::headOf))
                .toList();
    }

    /** An inference stage is the head of its chain, always. */
    private static String headOf(VertexInfo vertex) {
        int end = vertex.name().indexOf(CHAIN);
        return end < 0 ? vertex.name() : vertex.name().substring(0, end);
    }

    /** Takes a coordinator's answer. */
    private interface Answers {

        void take(JobDetails job, String stage, CoordinationResponse answer);
    }

    private void forEachCoordinator(CoordinationRequest question, Answers answers)
            throws InterruptedException {
        try {
            for (JobDetails job : coordinators.jobs()) {
                if (job.getStatus() == JobStatus.RUNNING) {
                    for (String stage : candidates(job)) {
                        ask(job, stage, question)
                                .ifPresent(answer -> answers.take(job, stage, answer));
                    }
                }
            }
        } catch (IOException unreachable) {
            throw new HealthException(unreachable.getMessage(), unreachable);
        }
    }

    /** A stage without a coordinator, or with another one, does not answer. */
    private Optional<CoordinationResponse> ask(
            JobDetails job, String stage, CoordinationRequest question)
            throws IOException, InterruptedException {
        try {
            return Optional.of(coordinators.ask(job.getJobId(), stage, question, Duration.ZERO));
        } catch (IOException failure) {
            if (failure.getCause() instanceof RestClientException) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
