package io.flinkgpu.inference.ledger;

import io.flinkgpu.state.ledger.LedgerOptions;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What a run is called, and what it was asked for.
 *
 * @param id null: that of Flink's job
 * @param name null: that of Flink's job
 * @param arguments of the program, without secrets
 * @param resumedRun null: none
 */
record RunSettings(
        @Nullable String id,
        @Nullable String name,
        List<String> arguments,
        @Nullable String resumedRun) {

    /** {@code ApplicationConfiguration#APPLICATION_ARGS} of flink-clients 2.3. */
    private static final ConfigOption<List<String>> APPLICATION_ARGUMENTS =
            ConfigOptions.key("$internal.application.program-args")
                    .stringType()
                    .asList()
                    .noDefaultValue();

    static RunSettings from(ReadableConfig options) {
        return new RunSettings(
                options.get(LedgerOptions.RUN_ID),
                options.get(LedgerOptions.RUN_NAME),
                withoutSecrets(
                        options.getOptional(LedgerOptions.RUN_ARGUMENTS)
                                .or(() -> options.getOptional(APPLICATION_ARGUMENTS))
                                .orElse(List.of())),
                options.get(LedgerOptions.RESUMED_RUN));
    }

    /** The values of keys that Flink hides, and passwords in URLs. */
    static List<String> withoutSecrets(List<String> arguments) {
        List<String> shown = new ArrayList<>();
        boolean hideNext = false;
        for (String argument : arguments) {
            boolean isKey = argument.startsWith("-");
            int equals = argument.indexOf('=');
            String key = equals < 0 ? argument : argument.substring(0, equals);
            boolean isSecret = GlobalConfiguration.isSensitive(key);
            if (hideNext && !isKey) {
                shown.add(GlobalConfiguration.HIDDEN_CONTENT);
            } else if (isSecret && equals >= 0) {
                shown.add(key + "=" + GlobalConfiguration.HIDDEN_CONTENT);
            } else {
                shown.add(
                        argument.replaceAll(
                                "(://[^/@:]*):[^/@]*@",
                                "$1:" + GlobalConfiguration.HIDDEN_CONTENT + "@"));
            }
            hideNext = isKey && isSecret && equals < 0;
        }
        return shown;
    }
}
