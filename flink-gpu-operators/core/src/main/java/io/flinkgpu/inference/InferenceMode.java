package io.flinkgpu.inference;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;

/** Where the model runs, seen from the pipeline. */
@PublicEvolving
public enum InferenceMode {
    /** In the task managers of the pipeline. */
    FUSED,
    /** In a pool: another job, whose GPU task managers may come and go. */
    SEPARATED;

    /** The environment variable that chooses the mode for all jobs of a client. */
    public static final String ENVIRONMENT_VARIABLE = "FLINK_GPU_MODE";

    /**
     * The mode that {@value #ENVIRONMENT_VARIABLE} names in {@code environment}, {@link #FUSED} if
     * it is not set.
     *
     * @throws IllegalArgumentException if it names no mode
     */
    public static InferenceMode from(Map<String, String> environment) {
        String value = environment.getOrDefault(ENVIRONMENT_VARIABLE, "").trim();
        return value.isEmpty() ? FUSED : parse(ENVIRONMENT_VARIABLE, value);
    }

    /**
     * The mode of that name, in any case.
     *
     * @param setting what the user set, for the error
     * @throws IllegalArgumentException if there is none
     */
    public static InferenceMode parse(String setting, String value) {
        try {
            return valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "Invalid %s: %s. It must be one of %s."
                            .formatted(
                                    setting,
                                    value,
                                    Arrays.stream(values())
                                            .map(InferenceMode::displayName)
                                            .toList()),
                    unknown);
        }
    }

    /** The lower-case name, as users write it. */
    public String displayName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
