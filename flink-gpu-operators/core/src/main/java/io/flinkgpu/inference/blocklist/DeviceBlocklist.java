package io.flinkgpu.inference.blocklist;

import io.flinkgpu.inference.detector.DetectorContext;
import io.flinkgpu.inference.detector.FailureDetectors;
import io.flinkgpu.inference.detector.Level;
import io.flinkgpu.inference.detector.Observation;
import io.flinkgpu.inference.detector.Suspicion;
import io.flinkgpu.inference.events.FaultEvent;
import io.flinkgpu.inference.events.FaultEvents;
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
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which devices of a process are not leased, and why.
 *
 * <p>It hears how the runs of the {@link ModelHost} end and what the detectors suspect, counts
 * strikes, and blocks devices in the {@link DeviceLeaseTable}. Trouble that is more than a device's
 * goes to its {@link TroubleListener}s. Safe for use by many threads.
 */
@Internal
public final class DeviceBlocklist implements RunListener {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceBlocklist.class);

    @Nullable private static DeviceBlocklist ofProcess;
    @Nullable private static FirstOptions firstOptions;

    private final DeviceLeaseTable devices;
    private final DeviceStrikes strikes;
    private final FaultEvents events;
    private final int maxStuckRuns;
    private final List<TroubleListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Consumer<Observation> observers = observation -> {};
    private final Map<String, String> lastAllowed = new HashMap<>();
    private int stuckRuns;

    /**
     * A blocklist of its own, for tests; jobs use {@link #ofProcess}.
     *
     * @param maxStuckRuns after which the process is unfit, at least 1
     */
    public DeviceBlocklist(
            DeviceLeaseTable devices, DeviceStrikes strikes, FaultEvents events, int maxStuckRuns) {
        this.devices = devices;
        this.strikes = strikes;
        this.events = events;
        this.maxStuckRuns = maxStuckRuns;
    }

    /**
     * That of this process. The first job of the process decides about its options; what later jobs
     * set otherwise is ignored, with one warning per option.
     *
     * @throws org.apache.flink.configuration.IllegalConfigurationException naming every invalid
     *     option
     */
    public static synchronized DeviceBlocklist ofProcess(Configuration options, int maxStuckRuns) {
        if (ofProcess == null) {
            BlocklistConfig config = BlocklistConfig.from(options);
            DeviceBlocklist created =
                    new DeviceBlocklist(
                            DeviceLeaseTable.ofProcess(),
                            new DeviceStrikes(config.devices(), System::nanoTime),
                            FaultEvents.ofProcess(),
                            maxStuckRuns);
            FailureDetectors detectors =
                    new FailureDetectors(
                            FailureDetectors.find(options),
                            new DetectorContext(
                                    options, created.devices::devices, System::nanoTime));
            created.use(
                    detectors,
                    Executors.newSingleThreadScheduledExecutor(
                            DaemonThreads.named("failure-detectors")),
                    config.checkInterval());
            ModelHost.ofProcess().listen(created);
            ofProcess = created;
            firstOptions = new FirstOptions(options, maxStuckRuns);
        }
        Set<String> ignored = firstOptions.newlyDiffering(options, maxStuckRuns);
        if (!ignored.isEmpty()) {
            LOG.warn(
                    "The blocklist of this process keeps the options of its first job; a later job's other values are ignored for {}.",
                    ignored);
        }
        return ofProcess;
    }

    /** Tells a listener from here on, until the result is closed. */
    public FaultEvents.Registration listen(TroubleListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Takes what a detector says into account. */
    public void suspect(Suspicion suspicion) {
        switch (suspicion.level()) {
            case DEVICE -> strike(suspicion.subject(), suspicion.errorClass(), suspicion.reason());
            case NODE -> leave(suspicion);
            case REPLICA ->
                    throw new IllegalArgumentException(
                            "Invalid suspicion: %s. A process knows devices and its node."
                                    .formatted(suspicion));
        }
    }

    /**
     * Lets a device be leased again before its time; nothing happens if it is not blocked, or if
     * the request has been heard before.
     */
    public void unblock(UnblockDevice allowed) {
        String device = allowed.device();
        boolean wasBlocked;
        synchronized (this) {
            if (allowed.request().equals(lastAllowed.put(device, allowed.request()))) {
                return;
            }
            wasBlocked = strikes.unblock(device);
            wasBlocked |= devices.unblock(device);
        }
        if (wasBlocked) {
            events.happened(new FaultEvent.DeviceUnblocked(device));
        }
    }

    @Override
    public void succeeded(ModelDevice device, int rows, Duration time) {
        observers.accept(new Observation(Level.DEVICE, device.id(), rows, time, null));
    }

    @Override
    public void failed(
            ModelDevice device, ModelRef model, int rows, Duration time, Failure failure) {
        observers.accept(
                new Observation(Level.DEVICE, device.id(), rows, time, failure.errorClass()));
        if (failure.errorClass() == ErrorClass.FATAL_DEVICE) {
            strike(device.id(), ErrorClass.FATAL_DEVICE, failure.message());
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
            listeners.forEach(
                    listener ->
                            listener.processUnfit(
                                    "%s, the %d. run of this process to be stuck"
                                            .formatted(cause, maxStuckRuns)));
        }
    }

    @Override
    public void ranOutOfMemory(ModelDevice device, ModelRef model, int rows, int newLimit) {
        events.happened(new FaultEvent.OutOfMemory(device.id(), model.toString(), rows, newLimit));
    }

    private void use(FailureDetectors detectors, ScheduledExecutorService timer, Duration step) {
        observers = detectors::observed;
        detectors.watch(timer, step.toMillis(), this::suspect);
    }

    private synchronized int countStuckRun() {
        return ++stuckRuns;
    }

    /** The processor is no device that could be blocked, and a stranger's is not ours. */
    private void strike(String device, ErrorClass errorClass, String cause) {
        if (devices.devices().stream().noneMatch(known -> known.uuid().equals(device))) {
            return;
        }
        Instant until = null;
        synchronized (this) {
            DeviceStrikes.Verdict verdict =
                    strikes.strike(device, errorClass, devices.devices().size());
            if (verdict == DeviceStrikes.Verdict.NOTED) {
                events.happened(new FaultEvent.DeviceStruck(device, errorClass, cause));
                return;
            }
            if (verdict == DeviceStrikes.Verdict.BLOCKED) {
                until = Instant.now().plus(lengthOfBlock(device));
                devices.block(new DeviceBlock(device, cause, until));
            }
        }
        events.happened(
                until == null
                        ? new FaultEvent.DeviceStruck(device, errorClass, cause)
                        : new FaultEvent.DeviceBlocked(device, cause, until));
        DeviceTrouble trouble = new DeviceTrouble(device, cause, until);
        listeners.forEach(listener -> listener.deviceInTrouble(trouble));
    }

    private Duration lengthOfBlock(String device) {
        return strikes.blocks().stream()
                .filter(block -> block.device().equals(device))
                .map(DeviceStrikes.Block::length)
                .findFirst()
                .orElse(Duration.ZERO);
    }

    private void leave(Suspicion suspicion) {
        events.happened(new FaultEvent.NodeLeaving(suspicion.subject(), suspicion.reason()));
        listeners.forEach(listener -> listener.nodeLeaving(suspicion.reason()));
    }
}
