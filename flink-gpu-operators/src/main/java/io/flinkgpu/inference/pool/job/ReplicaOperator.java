package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import io.flinkgpu.inference.pool.server.TerminationDrain;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * A replica's life in the job: holds a lease on the server of its task manager, and reports.
 *
 * <p>The server and the models outlive the subtask by the linger time: a restart of the job finds
 * them as they were. A model that cannot be loaded fails the subtask. Everything runs in the task's
 * thread.
 */
final class ReplicaOperator extends AbstractStreamOperator<Byte>
        implements OneInputStreamOperator<Byte, Byte> {

    private static final long serialVersionUID = 1L;
    private static final String OWN_OPTIONS = "pool.";

    private final transient ReplicaRequest request;
    private final transient OperatorEventGateway registry;
    private final transient MailboxExecutor mailbox;
    private final transient Configuration configuration;
    private final transient String hostName;

    private transient ReplicaLease lease;
    private transient long reportMillis;

    ReplicaOperator(
            StreamOperatorParameters<Byte> parameters,
            ReplicaRequest request,
            OperatorEventGateway registry) {
        super(parameters);
        this.request = request;
        this.registry = registry;
        this.mailbox = parameters.getMailboxExecutor();
        this.configuration = configuration(parameters);
        this.hostName = hostName(parameters);
    }

    /** A Flink in one process gives its task managers no name. */
    private static String hostName(StreamOperatorParameters<?> parameters) {
        String name =
                parameters
                        .getContainingTask()
                        .getEnvironment()
                        .getTaskManagerInfo()
                        .getTaskManagerExternalAddress();
        return name.isBlank() ? "localhost" : name;
    }

    /** The task manager's options, and over them those of the job that concern pools. */
    private static Configuration configuration(StreamOperatorParameters<?> parameters) {
        var environment = parameters.getContainingTask().getEnvironment();
        Configuration merged =
                new Configuration(environment.getTaskManagerInfo().getConfiguration());
        environment
                .getJobConfiguration()
                .toMap()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith(OWN_OPTIONS)) {
                                merged.setString(key, value);
                            }
                        });
        return merged;
    }

    @Override
    public void open() throws Exception {
        super.open();
        ReplicaServer server = ReplicaServer.ofProcess(serverConfig());
        TerminationDrain.install(server);
        lease = server.lease(request, devices(), holder());
        ReplicaMetrics.register(getMetricGroup(), lease, server);
        reportMillis = configuration.get(PoolOptions.REPORT_INTERVAL).toMillis();
        report();
        scheduleReport();
        watchModels();
    }

    @Override
    public void processElement(StreamRecord<Byte> element) {
        throw new IllegalStateException("Cannot take a row: a pool's job has none.");
    }

    @Override
    public void close() throws Exception {
        if (lease != null) {
            lease.close();
        }
        super.close();
    }

    private ReplicaServerConfig serverConfig() {
        return ReplicaServerConfig.from(configuration, hostName);
    }

    private List<GpuDevice> devices() {
        return getRuntimeContext().getExternalResourceInfos(StageProfile.GPU_RESOURCE).stream()
                .map(GpuDevice::from)
                .toList();
    }

    private String holder() {
        return getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks()
                + " attempt "
                + getRuntimeContext().getTaskInfo().getAttemptNumber();
    }

    private void report() {
        registry.sendEventToCoordinator(new ReplicaReport(lease.describe()));
    }

    private void scheduleReport() {
        ScheduledFuture<?> unused =
                getProcessingTimeService()
                        .registerTimer(
                                getProcessingTimeService().getCurrentProcessingTime()
                                        + reportMillis,
                                time -> {
                                    report();
                                    scheduleReport();
                                });
    }

    /** Says that the models are ready as soon as they are, or fails the task. */
    private void watchModels() {
        CompletableFuture<?> unused =
                lease.ready()
                        .whenComplete(
                                (ready, failure) -> {
                                    try {
                                        mailbox.execute(
                                                () -> modelsSettled(failure),
                                                "note readiness of models");
                                    } catch (RejectedExecutionException taskIsOver) {
                                        LOG.debug("The task ended before its models were ready.");
                                    }
                                });
    }

    private void modelsSettled(Throwable failure) throws Exception {
        if (failure != null) {
            throw new IllegalStateException(
                    "Cannot serve pool '%s': %s".formatted(request.pool(), failure.getMessage()),
                    failure);
        }
        report();
    }
}
