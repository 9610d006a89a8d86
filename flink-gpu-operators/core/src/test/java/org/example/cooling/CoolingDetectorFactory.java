package org.example.cooling;

import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.FailureDetectorFactory;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** What somebody else writes to have nodes left whose cooling fails. */
public final class CoolingDetectorFactory implements FailureDetectorFactory {

    static final ConfigOption<String> ALARM_FILE =
            ConfigOptions.key("cooling.alarm-file").stringType().noDefaultValue();

    @Override
    public String name() {
        return "cooling";
    }

    @Override
    public Optional<FailureDetector> create(DetectorContext context) {
        return context.options()
                .getOptional(ALARM_FILE)
                .map(file -> new CoolingDetector(Path.of(file)));
    }
}
