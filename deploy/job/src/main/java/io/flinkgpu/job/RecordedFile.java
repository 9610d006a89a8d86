package io.flinkgpu.job;

import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;

/**
 * A job file as the ledger remembers it: the text with its references to variables and secrets.
 *
 * <p>A file that holds a secret itself is not remembered.
 *
 * @param file absolute
 * @param variables that were given for the run
 */
record RecordedFile(Path file, String text, Map<String, String> variables) {

    private static final String SECRET_KEYS =
            "password|passwd|secret|secret-key|token|api-?key|credentials?|jaas\\.config|basic-auth";

    /** A key whose last word says that its value is secret, with a value that is no reference. */
    private static final Pattern SECRET =
            Pattern.compile(
                    "(?i)(^|[\\s.{,_-])[\"']?(%s)[\"']?:\\s+[\"']?(?!\\$\\{)[^\\s\"'#]"
                            .formatted(SECRET_KEYS));

    private static final Pattern PASSWORD_IN_URL =
            Pattern.compile("://[^/@:\\s]*:(?!\\$\\{)[^/@\\s]+@");

    /** Adds it to the options of a job. */
    void addTo(Configuration settings) {
        if (hindrance().isEmpty()) {
            settings.set(LedgerOptions.PROGRAM_FILE, file.toString());
            settings.set(LedgerOptions.PROGRAM_TEXT, text);
            settings.set(LedgerOptions.PROGRAM_VARIABLES, variables);
        }
    }

    /** Why it is not remembered, a sentence. */
    Optional<String> hindrance() {
        if (text.length() > Program.MAX_TEXT) {
            return Optional.of(
                    "%s is longer than %d characters.".formatted(file, Program.MAX_TEXT));
        }
        List<String> lines = text.lines().toList();
        for (int line = 0; line < lines.size(); line++) {
            if (SECRET.matcher(lines.get(line)).find()
                    || PASSWORD_IN_URL.matcher(lines.get(line)).find()) {
                return Optional.of(
                        "line %d of %s seems to hold a secret. Write ${secret:NAME} instead."
                                .formatted(line + 1, file));
            }
        }
        return Optional.empty();
    }
}
