package io.flinkgpu.table.model;

import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.ModelClients;
import io.flinkgpu.inference.config.LayeredOptions;
import io.flinkgpu.inference.model.LocalModelPath;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.StageProfiles;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;

/**
 * The valid options of one model in SQL.
 *
 * @param model with an absolute path where it is one of this machine and the query loads it
 * @param inputs columns by the tensors that take them, where options say so
 * @param outputs tensors by the columns that hold them, where options say so
 * @param errors what becomes of rows that fail
 * @param look how to see the model when a statement is planned
 * @param profile what a subtask needs; null: the processor
 * @param settings the session's options with the model's over them, as {@code inference.*}
 */
@Internal
public record TableModelConfig(
        ModelRef model,
        Map<String, String> inputs,
        Map<String, String> outputs,
        Errors errors,
        Look look,
        @Nullable StageProfile profile,
        Configuration settings)
        implements Serializable {

    /**
     * What becomes of rows that fail.
     *
     * @param column that says why; null: none
     * @param defaults texts by column
     */
    public record Errors(OnError action, @Nullable String column, Map<String, String> defaults)
            implements Serializable {}

    /**
     * How to see the model when a statement is planned.
     *
     * @param timeout of a pool's answer, above zero
     */
    public record Look(boolean isOn, Duration timeout) implements Serializable {}

    /** The model's options that are others of the operator's, one to one. */
    private static final Map<ConfigOption<?>, ConfigOption<?>> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put(TableModelOptions.MODE, InferenceOptions.MODE);
        SETTINGS.put(TableModelOptions.POOLS, PoolOptions.ADDRESSES);
        SETTINGS.put(TableModelOptions.MAX_BATCH_SIZE, InferenceOptions.MAX_BATCH_SIZE);
        SETTINGS.put(TableModelOptions.MAX_BATCH_DELAY, InferenceOptions.MAX_BATCH_DELAY);
        SETTINGS.put(TableModelOptions.MAX_BATCH_BYTES, InferenceOptions.MAX_BATCH_BYTES);
        SETTINGS.put(TableModelOptions.CAPACITY, InferenceOptions.CAPACITY);
        SETTINGS.put(TableModelOptions.DEADLINE, InferenceOptions.DEADLINE);
        SETTINGS.put(TableModelOptions.MAX_ATTEMPTS, InferenceOptions.MAX_ATTEMPTS);
        SETTINGS.put(TableModelOptions.MAX_RUN_TIME, InferenceOptions.MAX_RUN_TIME);
        SETTINGS.put(TableModelOptions.LOAD_TIMEOUT, InferenceOptions.LOAD_TIMEOUT);
    }

    /**
     * Reads {@link TableModelOptions}.
     *
     * @param options of the model alone
     * @param session what the model's options go before
     * @throws ValidationException naming every problem
     */
    public static TableModelConfig from(Map<String, String> options, ReadableConfig session) {
        return new Reader(options).read(session);
    }

    /** Reads options and collects what is wrong with them. */
    private static final class Reader {

        private final Map<String, String> all;
        private final Configuration options;
        private final List<String> problems = new ArrayList<>();

        private Reader(Map<String, String> all) {
            this.all = all;
            this.options = Configuration.fromMap(all);
        }

        private TableModelConfig read(ReadableConfig session) {
            refuseUnknown();
            Configuration settings = settings(session);
            TableModelConfig config =
                    new TableModelConfig(
                            model(settings),
                            withPrefix(TableModelOptions.INPUT_PREFIX),
                            withPrefix(TableModelOptions.OUTPUT_PREFIX),
                            errors(),
                            look(),
                            profile(),
                            settings);
            if (!problems.isEmpty()) {
                throw new ValidationException(String.join(" ", problems));
            }
            return config;
        }

        private void refuseUnknown() {
            all.keySet().stream()
                    .filter(key -> !TableModelKeys.isKnown(key))
                    .sorted()
                    .forEach(
                            key ->
                                    problems.add(
                                            "Invalid option '%s': there is none of that name. Known are %s."
                                                    .formatted(key, TableModelKeys.KNOWN)));
        }

        @Nullable
        private ModelRef model(Configuration settings) {
            String location = get(TableModelOptions.LOCATION).orElse("");
            if (location.isBlank()) {
                problems.add("Invalid location: '%s'. Say where the model is.".formatted(location));
                return null;
            }
            try {
                ModelRef model = ModelRef.parse(location);
                Optional<String> runtime = get(TableModelOptions.RUNTIME);
                if (runtime.isPresent()) {
                    model =
                            new ModelRef(
                                    runtime.get(), model.location(), model.signature(), Map.of());
                }
                for (Map.Entry<String, String> option :
                        withPrefix(TableModelOptions.MODEL_OPTION_PREFIX).entrySet()) {
                    model = model.withOption(option.getKey(), option.getValue());
                }
                model = get(TableModelOptions.SIGNATURE).map(model::withSignature).orElse(model);
                model = get(TableModelOptions.VERSION).map(model::withVersion).orElse(model);
                model = get(TableModelOptions.SHA256).map(model::withSha256).orElse(model);
                // Pools know it by a name; task managers run in directories of their own.
                return ModelClients.mode(settings) == InferenceMode.SEPARATED
                        ? model
                        : LocalModelPath.resolve(model, path -> path.toAbsolutePath().normalize());
            } catch (IllegalArgumentException invalid) {
                problems.add(invalid.getMessage());
                return null;
            }
        }

        private Errors errors() {
            String column = get(TableModelOptions.ERROR_COLUMN).orElse(null);
            Map<String, String> defaults = withPrefix(TableModelOptions.DEFAULT_PREFIX);
            OnError action =
                    get(TableModelOptions.ON_ERROR)
                            .orElse(column == null ? OnError.FAIL : OnError.COLUMN);
            require(
                    (action == OnError.COLUMN) == (column != null),
                    TableModelOptions.ON_ERROR,
                    action,
                    column == null
                            ? "Name the column in error-column."
                            : "With error-column it must be COLUMN.");
            require(
                    action == OnError.DEFAULT || defaults.isEmpty(),
                    TableModelOptions.ON_ERROR,
                    action,
                    "With default.%s it must be DEFAULT.".formatted(defaults.keySet()));
            return new Errors(action, column, defaults);
        }

        private Look look() {
            Duration timeout = get(TableModelOptions.CHECK_TIMEOUT).orElse(Duration.ofSeconds(30));
            require(
                    !timeout.isNegative() && !timeout.isZero(),
                    TableModelOptions.CHECK_TIMEOUT,
                    timeout,
                    "It must be above zero.");
            return new Look(get(TableModelOptions.CHECK).orElse(true), timeout);
        }

        @Nullable
        private StageProfile profile() {
            Optional<String> text = get(TableModelOptions.PROFILE);
            if (text.isEmpty()) {
                return null;
            }
            int hash = text.get().lastIndexOf('#');
            if (hash < 1) {
                require(false, TableModelOptions.PROFILE, text.get(), "Write FILE#NAME.");
                return null;
            }
            try {
                return StageProfiles.fromYaml(Path.of(text.get().substring(0, hash)))
                        .get(text.get().substring(hash + 1));
            } catch (RuntimeException unreadable) {
                require(false, TableModelOptions.PROFILE, text.get(), unreadable.getMessage());
                return null;
            }
        }

        /** What is invalid in the session is told, too: it would fail the job. */
        private Configuration settings(ReadableConfig session) {
            Configuration ofModel = new Configuration();
            SETTINGS.keySet().forEach(option -> put(option, ofModel));
            if (ofModel.contains(PoolOptions.ADDRESSES)
                    && !ofModel.contains(InferenceOptions.MODE)) {
                ofModel.set(InferenceOptions.MODE, InferenceMode.SEPARATED);
            }
            Configuration settings =
                    LayeredOptions.of(Configuration.fromMap(session.toMap()), ofModel.toMap());
            try {
                InferenceConfig unused = InferenceConfig.from(settings);
            } catch (IllegalArgumentException | IllegalConfigurationException invalid) {
                problems.add(asWritten(invalid.getMessage()));
            }
            return settings;
        }

        /** A message with the keys that the model's options have. */
        private String asWritten(String message) {
            String written = message;
            for (Map.Entry<ConfigOption<?>, ConfigOption<?>> entry : SETTINGS.entrySet()) {
                if (options.contains(entry.getKey())) {
                    written =
                            written.replace(
                                    "Invalid " + entry.getValue().key() + ":",
                                    "Invalid " + entry.getKey().key() + ":");
                }
            }
            return written;
        }

        @SuppressWarnings("unchecked") // the two options of an entry have one type
        private <T> void put(ConfigOption<T> option, Configuration ofModel) {
            get(option)
                    .ifPresent(value -> ofModel.set((ConfigOption<T>) SETTINGS.get(option), value));
        }

        private <T> Optional<T> get(ConfigOption<T> option) {
            try {
                return options.getOptional(option);
            } catch (IllegalArgumentException unreadable) {
                problems.add(
                        "Invalid %s: '%s'. %s"
                                .formatted(
                                        option.key(), all.get(option.key()), reason(unreadable)));
                return Optional.empty();
            }
        }

        private static String reason(IllegalArgumentException unreadable) {
            Throwable cause = unreadable.getCause();
            String text =
                    cause == null || cause.getMessage() == null
                            ? unreadable.getMessage()
                            : cause.getMessage();
            return text.endsWith(".") ? text : text + ".";
        }

        private Map<String, String> withPrefix(String prefix) {
            Map<String, String> found = new TreeMap<>();
            all.forEach(
                    (key, value) -> {
                        if (key.startsWith(prefix) && key.length() > prefix.length()) {
                            found.put(key.substring(prefix.length()), value);
                        }
                    });
            return found;
        }

        private void require(boolean valid, ConfigOption<?> option, Object value, String wayOut) {
            if (!valid) {
                problems.add("Invalid %s: %s. %s".formatted(option.key(), value, wayOut));
            }
        }
    }
}
