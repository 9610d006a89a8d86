package io.flinkgpu.table.model;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.factories.FactoryUtil;

/** The keys that {@code CREATE MODEL} takes, for checks and for completion. */
@Internal
public final class TableModelKeys {

    /** All options, those with a name in their key as {@code input.<TENSOR>}. */
    public static final List<ConfigOption<?>> OPTIONS =
            List.of(
                    TableModelOptions.LOCATION,
                    TableModelOptions.RUNTIME,
                    TableModelOptions.SIGNATURE,
                    TableModelOptions.VERSION,
                    TableModelOptions.SHA256,
                    TableModelOptions.MODE,
                    TableModelOptions.POOLS,
                    TableModelOptions.INPUT,
                    TableModelOptions.OUTPUT,
                    TableModelOptions.MAX_BATCH_SIZE,
                    TableModelOptions.MAX_BATCH_DELAY,
                    TableModelOptions.MAX_BATCH_BYTES,
                    TableModelOptions.CAPACITY,
                    TableModelOptions.DEADLINE,
                    TableModelOptions.MAX_ATTEMPTS,
                    TableModelOptions.MAX_RUN_TIME,
                    TableModelOptions.LOAD_TIMEOUT,
                    TableModelOptions.ON_ERROR,
                    TableModelOptions.ERROR_COLUMN,
                    TableModelOptions.DEFAULT,
                    TableModelOptions.PROFILE,
                    TableModelOptions.CHECK,
                    TableModelOptions.CHECK_TIMEOUT,
                    TableModelOptions.MODEL_OPTION);

    static final Set<String> KNOWN =
            OPTIONS.stream().map(ConfigOption::key).collect(Collectors.toCollection(TreeSet::new));

    private static final Set<String> OF_FLINK =
            Set.of(FactoryUtil.PROVIDER.key(), FactoryUtil.PROPERTY_VERSION.key());

    private TableModelKeys() {}

    /** Whether a key is an option's, or begins as one with a name does. */
    public static boolean isKnown(String key) {
        return KNOWN.contains(key)
                || OF_FLINK.contains(key)
                || Stream.of(
                                TableModelOptions.INPUT_PREFIX,
                                TableModelOptions.OUTPUT_PREFIX,
                                TableModelOptions.DEFAULT_PREFIX,
                                TableModelOptions.MODEL_OPTION_PREFIX)
                        .anyMatch(key::startsWith);
    }
}
