package io.flinkgpu.inference.health;

import io.flinkgpu.inference.fault.DeviceStrikes;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.RunListener;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.resources.lease.DeviceBlock;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of a process's devices and of its node.
 *
 * <p>It hears how the runs of the {@link ModelHost} end and what the {@link FailureDetectors}
 * suspect, counts strikes, and blocks devices in the {@link DeviceLeaseTable}, which alone knows
 * what is blocked. What others must know goes to its {@link HealthListener}s. The replicas that a
 * process calls are the business of their connection. Safe for use by many threads.
 */
final class ProcessHealth implements RunListener {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessHealth.class);

    @Nullable private static ProcessHealth ofProcess;
    @Nullable private static FirstOptions firstOptions;

    private final DeviceLeaseTable devices;
    private final DeviceStrikes strikes;
    private final FaultEvents events;
    private final FailureDetectors detectors;
    private final InstantSource clock;
    private final int maxStuckRuns;
    private final List<HealthListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, String> lastUnblock = new HashMap<>();
    private volatile boolean nodeLeaves;
    private int stuckRuns;

    /**
     * Health of its own, for tests; jobs use {@link #ofProcess}.
     *
     * @param config when devices are blocked, and when the process is unfit
     * @param detectors that are told of runs and suspect devices and nodes
     */
    ProcessHealth(
            BlocklistConfig config,
            DeviceLeaseTable devices,
            FaultEvents events,
            FailureDetectors detectors,
            InstantSource clock) {
        this.devices = devices;
        this.strikes = new DeviceStrikes(config.devices(), System::nanoTime);
        this.events = events;
        this.detectors = detectors;
        this.clock = clock;
        this.maxStuckRuns = config.maxStuckRuns();
        detectors.listen(this::suspect);
    }

    /**
     * That of this process. The first job of the process decides about its options; what later jobs
     * set otherwise is ignored, with one warning per option.
     *
     * @throws org.apache.flink.configuration.IllegalConfigurationException naming every invalid
     *     option
     */
    public static synchronized ProcessHealth ofProcess(Configuration options) {
        if (ofProcess == null) {
            ofProcess = start(options);
            firstOptions = new FirstOptions(options);
        }
        Set<String> ignored = firstOptions.newlyDiffering(options);
        if (!ignored.isEmpty()) {
            LOG.warn(
                    "The blocklist of this process keeps the options of its first job; a later job's other values are ignored for {}.",
                    ignored);
        }
        return ofProcess;
    }

    private static ProcessHealth start(Configuration options) {
        BlocklistConfig config = BlocklistConfig.from(options);
        FailureDetectors detectors = FailureDetectors.ofProcess();
        ProcessHealth started =
                new ProcessHealth(
                        config,
                        DeviceLeaseTable.ofProcess(),
                        FaultEvents.ofProcess(),
                        detectors,
                        InstantSource.system());
        detectors.start(
                FailureDetectors.find(options),
                new DetectorContext(options, started.devices::devices, System::nanoTime));
        detectors.watch(
                Executors.newSingleThreadScheduledExecutor(
                        DaemonThreads.named("failure-detectors")),
                config.checkInterval());
        ModelHost.ofProcess().listen(started);
        return started;
    }

    /** Tells a listener from here on, until the result is closed. */
    public FaultEvents.Registration listen(HealthListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * Lets a device be leased again before its time; nothing happens if it is not blocked, or if
     * the request has been heard before.
     */
    public void unblock(UnblockDevice request) {
        String device = request.device();
        boolean wasBlocked;
        synchronized (this) {
            if (request.request().equals(lastUnblock.put(device, request.request()))) {
                return;
            }
            strikes.forgive(device);
            wasBlocked = devices.unblock(device);
        }
        if (wasBlocked) {
            events.happened(new FaultEvent.DeviceUnblocked(device));
        }
    }

    @Override
    public void succeeded(ModelDevice device, int rows, Duration time) {
        detectors.observed(new Observation(Level.DEVICE, device.id(), rows, time, null));
    }

    @Override
    public void failed(
            ModelDevice device, ModelRef model, int rows, Duration time, Failure failure) {
        detectors.observed(
                new Observation(Level.DEVICE, device.id(), rows, time, failure.errorClass()));
        if (failure.errorClass().blamesDevice()) {
            strike(device.id(), failure.errorClass(), failure.message());
        }
    }

    @Override
    public void stuck(ModelDevice device, ModelRef model, Duration age) {
        events.happened(new FaultEvent.RunStuck(device.id(), model.toString(), age));
        String cause =
                "A run of model %s on %s did not end within %d ms"
                        .formatted(model, device, age.toMillis());
        strike(device.id(), ErrorClass.FATAL_DEVICE, cause);
        if (countStuckRun() >= maxStuckRuns) {
            String unfit =
                    "%s, the %d. run of this process to be stuck".formatted(cause, maxStuckRuns);
            listeners.forEach(listener -> listener.processUnfit(unfit));
        }
    }

    @Override
    public void ranOutOfMemory(ModelDevice device, ModelRef model, int rows, int newLimit) {
        events.happened(new FaultEvent.OutOfMemory(device.id(), model.toString(), rows, newLimit));
    }

    /** Takes what a detector says into account. */
    void suspect(Suspicion suspicion) {
        switch (suspicion.level()) {
            case DEVICE -> strike(suspicion.subject(), suspicion.errorClass(), suspicion.reason());
            case NODE -> suspectNode(suspicion);
            // Whoever is connected to the replica hears of it as well, and ejects it.
            case REPLICA -> {}
        }
    }

    /** Whether the node is about to go, as a detector said last. */
    boolean nodeLeaves() {
        return nodeLeaves;
    }

    private void suspectNode(Suspicion suspicion) {
        String reason = suspicion.reason();
        boolean leaving = suspicion.outlook() == Suspicion.Outlook.LEAVING;
        if (suspicion.outlook() == Suspicion.Outlook.STAYING) {
            nodeLeaves = false;
            LOG.info("The node of this process stays: {}.", reason);
            listeners.forEach(listener -> listener.nodeStays(reason));
            return;
        }
        if (leaving) {
            nodeLeaves = true;
            events.happened(new FaultEvent.NodeLeaving(suspicion.subject(), reason));
        }
        listeners.forEach(listener -> listener.nodeSuspected(reason, leaving));
    }

    private synchronized int countStuckRun() {
        return ++stuckRuns;
    }

    private void strike(String device, ErrorClass errorClass, String cause) {
        DeviceStrikes.Verdict verdict;
        DeviceBlock block = null;
        synchronized (this) {
            // The processor is not a device that could be blocked, and a stranger's is not ours.
            if (devices.devices().stream().noneMatch(known -> known.uuid().equals(device))) {
                return;
            }
            verdict = judge(device, errorClass);
            if (verdict.blocks()) {
                block = new DeviceBlock(device, cause, clock.instant().plus(verdict.block()));
                devices.block(block);
            }
        }
        tell(device, errorClass, cause, block, verdict.spared());
    }

    private DeviceStrikes.Verdict judge(String device, ErrorClass errorClass) {
        List<DeviceBlock> blocks = devices.blocks();
        boolean isBlocked = blocks.stream().anyMatch(block -> block.device().equals(device));
        return isBlocked
                ? DeviceStrikes.Verdict.noted()
                : strikes.strike(device, errorClass, blocks.size(), devices.devices().size());
    }

    private void tell(
            String device,
            ErrorClass errorClass,
            String cause,
            @Nullable DeviceBlock block,
            boolean spared) {
        if (block != null) {
            events.happened(new FaultEvent.DeviceBlocked(block));
            listeners.forEach(listener -> listener.deviceBlocked(block));
            return;
        }
        events.happened(new FaultEvent.DeviceStruck(device, errorClass, cause));
        if (spared) {
            listeners.forEach(listener -> listener.deviceSpared(device, cause));
        }
    }
}
