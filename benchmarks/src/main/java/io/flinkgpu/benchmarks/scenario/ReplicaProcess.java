package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** A process that serves one SavedModel as a task manager of a pool does, until its input ends. */
public final class ReplicaProcess implements AutoCloseable {

    private static final String READY = "serving at ";

    private final Process process;
    private final ReplicaAddress address;

    private ReplicaProcess(Process process, ReplicaAddress address) {
        this.process = process;
        this.address = address;
    }

    /** Serves; called in the process. */
    public static void main(String[] arguments) throws Exception {
        ModelRef model = SeparatedOverhead.onOneThread(arguments[0]);
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

    /** Starts the process with this one's class path and options, and waits until it serves. */
    static ReplicaProcess start(String modelDirectory, int batchSize, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.matches("-(javaagent|agentlib).*"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(ReplicaProcess.class.getName());
        command.addAll(List.of(modelDirectory, Integer.toString(batchSize)));
        Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        return new ReplicaProcess(process, awaitAddress(process, log));
    }

    ReplicaAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static ReplicaAddress awaitAddress(Process process, Path log) throws IOException {
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(READY)) {
                return ReplicaAddress.parse(line.substring(READY.length()));
            }
        }
        process.destroyForcibly();
        throw new IOException("Cannot start a replica: its process ended. It said: " + log);
    }
}
