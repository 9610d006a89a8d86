package io.flinkgpu.inference.ledger;

import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;

/**
 * What a run is called, and what it was asked for.
 *
 * @param id null: that of Flink's job
 * @param name null: that of Flink's job
 * @param arguments of the program, without secrets
 * @param resumedRun null: none
 * @param submission how it was submitted, without secrets
 */
record RunSettings(
        @Nullable String id,
        @Nullable String name,
        List<String> arguments,
        @Nullable String resumedRun,
        Submission submission) {

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
                options.get(LedgerOptions.RESUMED_RUN),
                new Submission(
                        options.getOptional(LedgerOptions.PLACE).orElse(""),
                        options.getOptional(LedgerOptions.FLINK).orElseGet(() -> address(options)),
                        program(options)));
    }

    /** That of the job manager, whose configuration lies below the job's. */
    private static String address(ReadableConfig options) {
        return options.getOptional(RestOptions.ADDRESS)
                .map(
                        host ->
                                "%s://%s:%d"
                                        .formatted(
                                                options.get(SecurityOptions.SSL_REST_ENABLED)
                                                        ? "https"
                                                        : "http",
                                                host,
                                                options.get(RestOptions.PORT)))
                .orElse("");
    }

    @Nullable
    private static Program program(ReadableConfig options) {
        String jar = options.get(LedgerOptions.PROGRAM_JAR);
        if (jar != null) {
            return Program.jar(
                    jar, options.getOptional(LedgerOptions.PROGRAM_ENTRY_CLASS).orElse(""));
        }
        String file = options.get(LedgerOptions.PROGRAM_FILE);
        String text = options.get(LedgerOptions.PROGRAM_TEXT);
        return file == null || text == null || text.length() > Program.MAX_TEXT
                ? null
                : Program.jobFile(file, text, variables(options));
    }

    private static Map<String, String> variables(ReadableConfig options) {
        Map<String, String> shown = new TreeMap<>();
        options.getOptional(LedgerOptions.PROGRAM_VARIABLES)
                .orElse(Map.of())
                .forEach(
                        (name, value) ->
                                shown.put(
                                        name,
                                        GlobalConfiguration.isSensitive(name)
                                                ? GlobalConfiguration.HIDDEN_CONTENT
                                                : withoutPassword(value)));
        return shown;
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
                shown.add(withoutPassword(argument));
            }
            hideNext = isKey && isSecret && equals < 0;
        }
        return shown;
    }

    /** A URL may hold one. */
    private static String withoutPassword(String text) {
        return text.replaceAll(
                "(://[^/@:]*):[^/@]*@", "$1:" + GlobalConfiguration.HIDDEN_CONTENT + "@");
    }
}
