package io.flinkgpu.connectors.table.deadletter;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options of connector {@code dead-letters}. */
@PublicEvolving
public final class DeadLettersTableOptions {

    /** Where the files are. Required. */
    public static final ConfigOption<String> PATH =
            ConfigOptions.key("path")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Required. The directory that a sink of dead letters writes to. It must exist to be read.");

    /** How often new files are looked for. */
    public static final ConfigOption<Duration> MONITOR =
            ConfigOptions.key("monitor")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "Read: looks for new files so often; the table is unbounded then. Without it the letters that are committed are read. Raising it saves listings and finds letters later.");

    private DeadLettersTableOptions() {}
}
