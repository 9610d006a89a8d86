package io.flinkgpu.deploy.job;

import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;

/** The configuration of Flink that holds for this process. */
@Internal
public final class FlinkSettings {

    private static final String DIRECTORY = "FLINK_CONF_DIR";

    private FlinkSettings() {}

    /** That of the directory which {@value #DIRECTORY} names; empty without it. */
    public static Configuration ofProcess() {
        String directory = System.getenv(DIRECTORY);
        return directory == null
                ? new Configuration()
                : GlobalConfiguration.loadConfiguration(directory);
    }
}
