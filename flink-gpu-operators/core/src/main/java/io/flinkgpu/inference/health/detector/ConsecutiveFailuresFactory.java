package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.DetectorOptions;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.FailureDetectorFactory;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/** Creates the {@code consecutive-failures} detector. */
@Internal
public final class ConsecutiveFailuresFactory implements FailureDetectorFactory {

    @Override
    public String name() {
        return "consecutive-failures";
    }

    @Override
    public Optional<FailureDetector> create(DetectorContext context) {
        CheckedOptions options = new CheckedOptions(context.options());
        int most = options.atLeastOne(DetectorOptions.CONSECUTIVE_FAILURES);
        options.throwIfInvalid();
        return Optional.of(new ConsecutiveFailuresDetector(most));
    }
}
