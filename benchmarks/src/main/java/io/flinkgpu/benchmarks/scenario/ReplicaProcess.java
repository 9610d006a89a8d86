package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;

/** A process that serves one SavedModel as a task manager of a pool does, until its input ends. */
@Internal
public final class ReplicaProcess implements AutoCloseable {

    private static final String READY = "serving at ";
    private static final int FAULTS = 2;

    private final ChildProcess process;
    private final ReplicaAddress address;

    private ReplicaProcess(ChildProcess process, ReplicaAddress address) {
        this.process = process;
        this.address = address;
    }

    /** Serves; called in the process. */
    public static void main(String[] arguments) throws Exception {
        ModelRef model = SeparatedOverhead.onOneThread(arguments[0]);
        if (arguments.length > FAULTS) {
            model = FaultInjection.into(model, Path.of(arguments[FAULTS])).withPoison(1).ref();
        }
        ReplicaServer server =
                ReplicaServer.ofProcess(ReplicaServerConfig.from(new Configuration(), "localhost"));
        ReplicaLease lease =
                server.lease(
                        new ReplicaRequest(
                                "bench",
                                Map.of(model.servedName(), model),
                                Integer.parseInt(arguments[1]),
                                1,
                                null),
                        List.of(),
                        "bench");
        lease.ready().get();
        System.out.println(READY + lease.describe().address());
        int end = System.in.read();
        System.exit(Math.min(0, end + 1));
    }

    /** Starts the process and waits until it serves. */
    static ReplicaProcess start(Traffic traffic, Path log) throws IOException {
        return start(traffic.model().location(), traffic.mostRows(), log);
    }

    /**
     * Starts a process that serves a SavedModel and waits until it does.
     *
     * @param mostRows of a run
     */
    static ReplicaProcess start(String model, int mostRows, Path log) throws IOException {
        return start(log, List.of(model, Integer.toString(mostRows)));
    }

    /**
     * Starts a process whose runs can be disturbed, and in which byte strings can be poison.
     *
     * @param faults see {@link FaultInjection}
     */
    static ReplicaProcess startDisturbed(String model, int batchSize, Path faults, Path log)
            throws IOException {
        return start(log, List.of(model, Integer.toString(batchSize), faults.toString()));
    }

    private static ReplicaProcess start(Path log, List<String> arguments) throws IOException {
        ChildProcess process = ChildProcess.start(ReplicaProcess.class, log, arguments);
        try {
            return new ReplicaProcess(process, ReplicaAddress.parse(process.await(READY)));
        } catch (IOException | RuntimeException failure) {
            process.close();
            throw failure;
        }
    }

    /** By which {@link io.flinkgpu.inference.model.faulty.DeviceFaults} name the process. */
    String faultName() {
        return "process-" + process.pid();
    }

    ReplicaAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.close();
    }
}
