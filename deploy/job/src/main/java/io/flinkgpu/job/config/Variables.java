package io.flinkgpu.job.config;

import io.flinkgpu.resources.yaml.YamlTree;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Puts environment variables into the values of a file: {@code ${NAME}} and, where the variable may
 * be missing or empty, {@code ${NAME:-default}}. Two dollars in front of a brace stand for one.
 *
 * <p>References to secrets stay as they are ({@link Secrets}).
 */
@PublicEvolving
public final class Variables implements YamlTree.Substitution {

    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$\\{|\\$\\{secret:[^}]*}|\\$\\{([^}]*)}");
    private static final Pattern BODY =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", Pattern.DOTALL);

    private final Map<String, String> environment;

    /** Takes variables from an environment. */
    public Variables(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public String apply(String text) {
        Matcher references = REFERENCE.matcher(text);
        StringBuilder changed = new StringBuilder();
        while (references.find()) {
            references.appendReplacement(
                    changed,
                    Matcher.quoteReplacement(replacement(references.group(), references.group(1))));
        }
        return references.appendTail(changed).toString();
    }

    private String replacement(String whole, String body) {
        if (body == null) {
            return whole.equals("$${") ? "${" : whole;
        }
        Matcher parts = BODY.matcher(body);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "Invalid variable: '%s'. Write ${NAME} or ${NAME:-default}, and $${ for the text ${."
                            .formatted(whole));
        }
        String value = environment.getOrDefault(parts.group(1), "");
        boolean isOptional = parts.group(2) != null;
        if (value.isEmpty() && isOptional) {
            return parts.group(2);
        }
        if (!environment.containsKey(parts.group(1))) {
            throw new IllegalArgumentException(
                    "Invalid variable %s: the environment has no such variable. Set it, or write ${%s:-default}."
                            .formatted(whole, parts.group(1)));
        }
        return value;
    }
}
