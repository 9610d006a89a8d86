package io.flinkgpu.job.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Looks up what {@code ${secret:NAME}} stands for: the file NAME of a directory, as Kubernetes and
 * Docker mount secrets, or else the environment variable NAME.
 *
 * <p>A line feed at the end of a file does not count. Messages hold names alone. What was looked up
 * is remembered, so that it can be taken out of what others say ({@link #conceal}). Not
 * thread-safe.
 */
@PublicEvolving
public final class Secrets {

    /** The environment variable that names the directory. */
    public static final String DIRECTORY_VARIABLE = "FLINK_GPU_SECRETS";

    private static final Path DEFAULT_DIRECTORY = Path.of("/run/secrets");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{secret:([A-Za-z0-9._-]+)}");

    private final Map<String, String> environment;
    private final Map<String, String> names = new HashMap<>();

    private Secrets(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Looks things up as an environment says. */
    public static Secrets of(Map<String, String> environment) {
        return new Secrets(Map.copyOf(environment));
    }

    /** Whether a text refers to a secret. */
    static boolean isReferredToBy(String text) {
        return text.contains("${secret:");
    }

    /**
     * The secret of a text: what it refers to, or the text itself.
     *
     * @param isHidden whether a text that is no reference is not shown either
     * @throws IllegalArgumentException if it refers to a secret that does not exist
     */
    Secret of(String text, boolean isHidden) {
        if (!isReferredToBy(text)) {
            return new Secret(isHidden ? "***" : text, text);
        }
        Matcher references = REFERENCE.matcher(text);
        StringBuilder revealed = new StringBuilder();
        int found = 0;
        while (references.find()) {
            references.appendReplacement(
                    revealed, Matcher.quoteReplacement(lookUp(references.group(1))));
            found++;
        }
        if (found == 0) {
            throw new IllegalArgumentException(
                    "Write ${secret:NAME} with letters, digits, '.', '_' and '-'.");
        }
        return new Secret(text, references.appendTail(revealed).toString());
    }

    /** A text with references in place of the secrets that it holds. */
    String conceal(String text) {
        String concealed = text;
        // The longest first: one may be part of another.
        for (String secret :
                names.keySet().stream()
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .toList()) {
            concealed = concealed.replace(secret, "${secret:%s}".formatted(names.get(secret)));
        }
        return concealed;
    }

    private String lookUp(String name) {
        String secret =
                ofFile(name)
                        .or(() -> Optional.ofNullable(environment.get(name)))
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "There is neither a file '%s' in %s nor an environment variable of that name."
                                                        .formatted(name, directory())));
        if (!secret.isEmpty()) {
            names.put(secret, name);
        }
        return secret;
    }

    private Optional<String> ofFile(String name) {
        Path file = directory().resolve(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).replaceFirst("\\R\\z", ""));
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "The file '%s' in %s cannot be read.".formatted(name, directory()), unreadable);
        }
    }

    private Path directory() {
        String named = environment.get(DIRECTORY_VARIABLE);
        return named == null ? DEFAULT_DIRECTORY : Path.of(named);
    }
}
