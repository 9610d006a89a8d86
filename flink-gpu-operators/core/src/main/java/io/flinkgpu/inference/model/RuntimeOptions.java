package io.flinkgpu.inference.model;

import org.apache.flink.annotation.Internal;

/** Reads what runtimes have in common among the options of a {@link ModelRef}. */
@Internal
public final class RuntimeOptions {

    private RuntimeOptions() {}

    /**
     * A number of threads.
     *
     * @return at least 0, which stands for all cores and is the default
     * @throws ModelLoadException if the option is something else, naming it and its value
     */
    public static int threads(ModelRef model, String key) throws ModelLoadException {
        String value = model.options().getOrDefault(key, "0");
        try {
            int threads = Integer.parseInt(value);
            if (threads >= 0) {
                return threads;
            }
        } catch (NumberFormatException notANumber) {
            // falls through to the one error for all bad values
        }
        throw new ModelLoadException(
                "Invalid %s: %s. It must be 0 (all cores) or a number of threads."
                        .formatted(key, value));
    }
}
