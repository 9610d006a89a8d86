package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.LedgerUrl;
import io.flinkgpu.state.ledger.RunLedger;
import java.nio.file.Files;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import picocli.CommandLine.Option;

/** The ledger that a command reads: a given one, that of Flink's configuration, or the user's. */
final class LedgerLocation {

    private static final String CONFIGURATION_DIRECTORY = "FLINK_CONF_DIR";

    @Option(
            names = "--ledger",
            paramLabel = "URL",
            description =
                    "JDBC URL of the ledger (default: ledger.url of the configuration in"
                            + " FLINK_CONF_DIR, or else "
                            + LedgerUrl.EMBEDDED
                            + "). The password is read from FLINK_GPU_LEDGER_PASSWORD.")
    private String url;

    /**
     * Opens the ledger.
     *
     * @throws LedgerException if its database cannot be reached
     * @throws IllegalStateException if its file does not exist
     * @throws IllegalArgumentException if the URL is none
     */
    RunLedger open() throws LedgerException {
        LedgerConfig config = config(System.getenv());
        if (config.url().isSqlite() && !Files.exists(config.url().file())) {
            throw new IllegalStateException(
                    "Cannot read the %s: there is no such file. Set %s in the configuration of the job or the cluster, or give --ledger."
                            .formatted(config, LedgerOptions.URL.key()));
        }
        return RunLedger.open(config);
    }

    LedgerConfig config(Map<String, String> environment) {
        String directory = environment.get(CONFIGURATION_DIRECTORY);
        Configuration options =
                directory == null
                        ? new Configuration()
                        : GlobalConfiguration.loadConfiguration(directory);
        if (url != null) {
            options.set(LedgerOptions.URL, url);
        } else if (!options.contains(LedgerOptions.URL)) {
            options.set(LedgerOptions.URL, LedgerUrl.EMBEDDED);
        }
        return LedgerConfig.from(options, environment).orElseThrow();
    }
}
