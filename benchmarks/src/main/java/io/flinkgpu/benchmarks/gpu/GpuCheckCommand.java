package io.flinkgpu.benchmarks.gpu;

import io.flinkgpu.deploy.cli.CliCommand;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.resources.device.DeviceDiscovery;
import io.flinkgpu.resources.device.DeviceDiscoveryException;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.device.NvidiaSmiDiscovery;
import io.flinkgpu.resources.device.SimulatedDiscovery;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu gpu-check}. */
@Command(
        name = "gpu-check",
        description =
                "Check the GPUs of this machine: discovery, driver plugin, health, shares of a device, a job with a PyTorch model, and what faults of its workers cost. Skips where there is no GPU.",
        mixinStandardHelpOptions = true)
@Internal
public final class GpuCheckCommand implements CliCommand, Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final MemorySize SIMULATED_MEMORY = MemorySize.ofMebiBytes(4096);
    private static final long IMAGES = 20_480;
    private static final long IMAGES_ON_A_PROCESSOR = 512;
    private static final String VERSIONS =
            "import platform, torch; print(f'Python {platform.python_version()}, PyTorch {torch.__version__}, CUDA {torch.version.cuda}')";

    @Spec private CommandSpec spec;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            defaultValue = "python3",
            description = "An interpreter that has PyTorch (default: python3).")
    private String python;

    @Option(
            names = "--simulated",
            description =
                    "Run on a simulated device, which computes on the processor: tries the checks, and says nothing about a GPU.")
    private boolean simulated;

    @Nullable
    @Option(names = "--report", paramLabel = "FILE", description = "Write what was seen as JSON.")
    private Path report;

    @Override
    public Integer call() throws Exception {
        List<GpuDevice> devices = devices();
        if (devices.isEmpty()) {
            say("Skipped: nvidia-smi lists no GPU on this machine.");
            return 0;
        }
        String versions = versions();
        if (versions.isEmpty()) {
            say("Skipped: " + python + " has no PyTorch. Name another interpreter with --python.");
            return 0;
        }
        Path scratch = Files.createTempDirectory("flink-gpu-check-");
        try {
            GpuCheckReport result = run(new GpuMachine(devices, python, scratch), versions);
            if (report != null) {
                result.writeTo(report);
            }
            return result.holds() ? 0 : 1;
        } finally {
            FileUtils.deleteDirectory(scratch.toFile());
        }
    }

    private GpuCheckReport run(GpuMachine machine, String versions) {
        DeviceLeaseTable.ofProcess().register(machine.devices());
        say(machine.device().name() + ", " + versions);
        List<GpuCheckReport.Seen> seen = new ArrayList<>();
        for (Check check : checks(machine)) {
            seen.add(run(check, machine));
        }
        return new GpuCheckReport(
                machine.isSimulated()
                        ? "a simulated device (no GPU)"
                        : machine.devices().size() + " x " + machine.device().name(),
                versions,
                seen);
    }

    private static List<Check> checks(GpuMachine machine) {
        return List.of(
                new DiscoveryCheck(),
                new HealthCheck(),
                new HalfDevicesCheck(),
                new InferenceCheck(machine.isSimulated() ? IMAGES_ON_A_PROCESSOR : IMAGES),
                new WorkerFaultCheck(
                        "a row that trips a device-side assert",
                        "Asserting",
                        // The device runs the control row afterwards: nobody knows the reason, and
                        // it is the row's. On a processor Python's exception tells by its type.
                        machine.isSimulated() ? ErrorClass.DATA : ErrorClass.UNKNOWN),
                new WorkerFaultCheck(
                        "a row that needs more memory than there is",
                        "Greedy",
                        ErrorClass.OUT_OF_MEMORY));
    }

    private GpuCheckReport.Seen run(Check check, GpuMachine machine) {
        Stopwatch time = Stopwatch.start();
        Map<String, Object> seen = Map.of();
        String failure = "";
        try {
            seen = check.run(machine);
        } catch (Exception notHolding) {
            failure = root(notHolding).toString();
        }
        double seconds = time.time().toMillis() / 1e3;
        say(
                "%-6s %5.1f s  %s: %s"
                        .formatted(
                                failure.isEmpty() ? "ok" : "FAILED",
                                seconds,
                                check.name(),
                                failure.isEmpty() ? seen : failure));
        return new GpuCheckReport.Seen(check.name(), failure.isEmpty(), failure, seconds, seen);
    }

    /** A job's failure says only that it failed; its first cause says why. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private List<GpuDevice> devices() {
        DeviceDiscovery discovery =
                simulated
                        ? new SimulatedDiscovery(1, SIMULATED_MEMORY)
                        : new NvidiaSmiDiscovery("nvidia-smi", TIMEOUT);
        try {
            return discovery.discover();
        } catch (DeviceDiscoveryException noDevices) {
            return List.of();
        }
    }

    /** Empty where the interpreter or PyTorch is missing. */
    private String versions() throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(python, "-c", VERSIONS)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? text.strip() : "";
        } catch (IOException noInterpreter) {
            return "";
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
