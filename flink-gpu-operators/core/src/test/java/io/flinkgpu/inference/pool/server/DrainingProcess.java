package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.model.simulated.SimulatedRuntime;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.util.JvmShutdownSafeguard;
import org.apache.flink.runtime.util.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that serves a model slowly, with Flink's handling of signals, until it is ended. */
final class DrainingProcess {

    static final String MODEL = "slow";
    static final String PORT = "port ";
    static final String RUNNING = "running";

    private static final Logger LOG = LoggerFactory.getLogger(DrainingProcess.class);

    private DrainingProcess() {}

    /** Takes how long a run takes, in milliseconds. */
    public static void main(String[] arguments) throws Exception {
        SignalHandler.register(LOG);
        JvmShutdownSafeguard.installAsShutdownHook(LOG);
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
        ReplicaServer server =
                new ReplicaServer(
                        ReplicaServerConfig.from(new Configuration(), "machine"),
                        new ModelHost(List.of(new SimulatedRuntime()), timer),
                        new DeviceLeaseTable(),
                        timer);
        TerminationDrain.install(server);
        ReplicaLease lease =
                server.lease(
                        request(Duration.ofMillis(Long.parseLong(arguments[0]))),
                        List.of(),
                        "test");
        lease.ready().get();
        say(PORT + lease.describe().address().port());
        while (lease.describe().load().runningRows() == 0) {
            Thread.onSpinWait();
        }
        say(RUNNING);
        new CountDownLatch(1).await();
    }

    private static ReplicaRequest request(Duration runTime) {
        SimulatedModel model =
                SimulatedModel.named(MODEL)
                        .ofRows(DataType.FLOAT32, Shape.of(Shape.UNKNOWN))
                        .taking(runTime, Duration.ZERO);
        return new ReplicaRequest("pool", Map.of(MODEL, model.ref()), 1, 1, null);
    }

    @SuppressWarnings("SystemOut") // how it talks to the process that started it
    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
