package io.flinkgpu.benchmarks.gpu;

import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Suspicion;
import io.flinkgpu.inference.health.detector.GpuHealthDetectorFactory;
import io.flinkgpu.inference.process.Stopwatch;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** The health detector looks at the devices and holds nothing against them. */
final class HealthCheck implements Check {

    @Override
    public String name() {
        return "health detector";
    }

    @Override
    public Map<String, Object> run(GpuMachine machine) throws Exception {
        if (machine.isSimulated()) {
            return Map.of("looked", "at nothing: the devices are simulated");
        }
        FailureDetector detector =
                new GpuHealthDetectorFactory()
                        .create(
                                new DetectorContext(
                                        new Configuration(), machine::devices, System::nanoTime))
                        .orElseThrow(() -> new CheckFailedException("There is no nvidia-smi."));
        Stopwatch look = Stopwatch.start();
        List<Suspicion> suspicions = detector.check();
        Check.require(suspicions.isEmpty(), "It suspects " + suspicions + ".");
        return Map.of("millis", look.time().toMillis());
    }
}
