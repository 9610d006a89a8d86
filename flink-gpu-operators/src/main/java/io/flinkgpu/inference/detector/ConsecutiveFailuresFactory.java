package io.flinkgpu.inference.detector;

import java.util.Optional;
import org.apache.flink.configuration.IllegalConfigurationException;

/** Creates the {@code consecutive-failures} detector. */
public final class ConsecutiveFailuresFactory implements FailureDetectorFactory {

    @Override
    public String name() {
        return "consecutive-failures";
    }

    @Override
    public Optional<FailureDetector> create(DetectorContext context) {
        int most = context.options().get(DetectorOptions.CONSECUTIVE_FAILURES);
        if (most < 1) {
            throw new IllegalConfigurationException(
                    "Invalid %s: %d. It must be at least 1."
                            .formatted(DetectorOptions.CONSECUTIVE_FAILURES.key(), most));
        }
        return Optional.of(new ConsecutiveFailuresDetector(most));
    }
}
