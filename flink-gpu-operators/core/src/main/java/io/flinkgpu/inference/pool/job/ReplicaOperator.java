package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.config.LayeredOptions;
import io.flinkgpu.inference.health.HealthWatch;
import io.flinkgpu.inference.health.MemoryWatch;
import io.flinkgpu.inference.health.NodeId;
import io.flinkgpu.inference.health.ProcessUnfitError;
import io.flinkgpu.inference.line.CoordinatorLine;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.ReplicaState;
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
import javax.annotation.Nullable;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.runtime.taskmanager.TaskManagerRuntimeInfo;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * A replica's life in the job: holds a lease on the server of its task manager, and reports.
 *
 * <p>The server and the models outlive the subtask by the linger time: a restart of the job finds
 * them as they were. A model that cannot be loaded fails the subtask, and so does the registry when
 * its device is blocked: the job restarts it, with a new replica. On a node that is about to go the
 * replicas drain, and no subtask starts; on one that stays after all each subtask gets a new
 * replica. Everything runs in the task's thread.
 */
final class ReplicaOperator extends AbstractStreamOperator<Byte>
        implements OneInputStreamOperator<Byte, Byte>, OperatorEventHandler {

    private static final long serialVersionUID = 1L;
    private static final int PATIENT_REPORTS = 10;

    private final transient ReplicaRequest request;
    private final transient CoordinatorLine registry;
    private final transient MailboxExecutor mailbox;
    private final transient Configuration configuration;
    private final transient String hostName;
    private final transient String node;

    private transient volatile ReplicaLease lease;
    @Nullable private transient HealthWatch health;
    private transient long reportMillis;
    private transient int brokenReports;

    ReplicaOperator(StreamOperatorParameters<Byte> parameters, ReplicaRequest request) {
        super(parameters);
        this.request = request;
        this.registry = CoordinatorLine.of(parameters, this);
        this.mailbox = parameters.getMailboxExecutor();
        Environment environment = parameters.getContainingTask().getEnvironment();
        TaskManagerRuntimeInfo taskManager = environment.getTaskManagerInfo();
        this.configuration =
                LayeredOptions.of(
                        taskManager.getConfiguration(), environment.getJobConfiguration().toMap());
        this.hostName = hostName(taskManager);
        this.node = NodeId.of(taskManager);
    }

    /** A Flink in one process gives its task managers no name. */
    private static String hostName(TaskManagerRuntimeInfo taskManager) {
        String name = taskManager.getTaskManagerExternalAddress();
        return name.isBlank() ? "localhost" : name;
    }

    @Override
    public void open() throws Exception {
        super.open();
        ModelHost.ofProcess().cacheModels(ModelCacheConfig.from(configuration));
        ReplicaServer server = ReplicaServer.ofProcess(serverConfig());
        TerminationDrain.install(server);
        health = watchHealth(server);
        if (health.nodeLeaves()) {
            throw new IllegalStateException(
                    "Cannot serve pool '%s': node %s is about to go."
                            .formatted(request.pool(), node));
        }
        lease = server.lease(request, devices(), holder());
        ReplicaMetrics.register(getMetricGroup(), () -> lease, server);
        MemoryWatch.ofProcess(
                        getContainingTask()
                                .getEnvironment()
                                .getTaskManagerInfo()
                                .getConfiguration())
                .show(getMetricGroup());
        reportMillis = configuration.get(PoolOptions.REPORT_INTERVAL).toMillis();
        registry.listen();
        report();
        scheduleReport();
        watchModels();
    }

    @Override
    public void processElement(StreamRecord<Byte> element) {
        throw new IllegalStateException("Cannot take a row: a pool's job has none.");
    }

    /** The registry's only event. */
    @Override
    public void handleOperatorEvent(OperatorEvent event) {
        if (health.handle(event)) {
            return;
        }
        throw new IllegalStateException(
                "Cannot go on serving pool '%s': %s."
                        .formatted(request.pool(), ((StartAnew) event).cause()));
    }

    @Override
    public void close() throws Exception {
        registry.close();
        if (health != null) {
            health.close();
        }
        if (lease != null) {
            lease.close();
        }
        super.close();
    }

    private HealthWatch watchHealth(ReplicaServer server) {
        HealthWatch.Scope own =
                new HealthWatch.Scope(
                        device -> device.equals(device()),
                        () -> {
                            CompletableFuture<Void> unused = server.drainReplicas();
                        },
                        () -> inTask(() -> serveAgain(server), "serve again"));
        return HealthWatch.start(
                new HealthWatch.Subtask(
                        getContainingTask().getEnvironment().getJobID(),
                        getOperatorID(),
                        node,
                        registry,
                        getProcessingTimeService(),
                        this::end),
                configuration,
                request.usesGpu() ? own : null);
    }

    /** Any thread. */
    private String device() {
        ReplicaLease held = lease;
        return held == null ? "" : held.describe().device().id();
    }

    /** Any thread. */
    private void end(ProcessUnfitError error) {
        inTask(
                () -> {
                    throw error;
                },
                "end the process");
    }

    /** Any thread. */
    private void inTask(ThrowingRunnable<Exception> action, String description) {
        try {
            mailbox.execute(action, description);
        } catch (RejectedExecutionException taskIsOver) {
            LOG.debug("The task ended before it could {}.", description);
        }
    }

    /** What drained has given its device back, or does so soon, and is not taken over. */
    private void serveAgain(ReplicaServer server) {
        if (lease.describe().state() != ReplicaState.DRAINING) {
            return;
        }
        lease.close();
        lease = server.lease(request, devices(), holder());
        report();
        watchModels();
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
        failIfBroken();
        registry.sendEventToCoordinator(new ReplicaReport(lease.describe()));
    }

    /** A blocked device is the registry's to settle first, but not for ever. */
    private void failIfBroken() {
        boolean isBroken = lease.ready().isDone() && lease.isBroken();
        brokenReports = isBroken ? brokenReports + 1 : 0;
        if (isBroken && (!request.usesGpu() || brokenReports > PATIENT_REPORTS)) {
            throw new IllegalStateException(
                    "Cannot go on serving pool '%s': its model or device is lost."
                            .formatted(request.pool()));
        }
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
                                (ready, failure) ->
                                        inTask(
                                                () -> modelsSettled(failure),
                                                "note readiness of models"));
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
