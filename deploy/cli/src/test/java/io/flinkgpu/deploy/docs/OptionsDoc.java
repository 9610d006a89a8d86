package io.flinkgpu.deploy.docs;

import io.flinkgpu.connectors.table.deadletter.DeadLettersTableOptions;
import io.flinkgpu.connectors.table.media.FileTableOptions;
import io.flinkgpu.connectors.table.media.MediaFilesTableOptions;
import io.flinkgpu.connectors.table.media.TarShardsTableOptions;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.health.BlocklistOptions;
import io.flinkgpu.inference.health.DetectorOptions;
import io.flinkgpu.inference.model.store.ModelCacheOptions;
import io.flinkgpu.inference.pool.PoolFaultOptions;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.python.PythonOptions;
import io.flinkgpu.inference.reuse.ReuseOptions;
import io.flinkgpu.resources.device.GpuDriverOptions;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.table.model.TableModelOptions;
import io.flinkgpu.table.stage.InferenceTableOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.Description;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/** Writes the page of all options from the classes that declare them. */
final class OptionsDoc {

    private static final Map<String, Class<?>> SECTIONS = new LinkedHashMap<>();

    static {
        SECTIONS.put("Inference (configuration of the job)", InferenceOptions.class);
        SECTIONS.put("Models in SQL (WITH of CREATE MODEL)", TableModelOptions.class);
        SECTIONS.put("Reuse of answers (configuration of the job)", ReuseOptions.class);
        SECTIONS.put("Model cache (task manager, and over it the job)", ModelCacheOptions.class);
        SECTIONS.put(
                "Pools (inference.pool.*: the pipeline; pool.*: the pool and, for security, both)",
                PoolOptions.class);
        SECTIONS.put("Faults of pools (configuration of the pipeline)", PoolFaultOptions.class);
        SECTIONS.put("Blocklists (task manager, and over it the job)", BlocklistOptions.class);
        SECTIONS.put(
                "Failure detectors (task manager, and over it the job)", DetectorOptions.class);
        SECTIONS.put("Ledger (job manager, and over it the job)", LedgerOptions.class);
        SECTIONS.put(
                "Tables with a model (CREATE TABLE with the connector flink-gpu-inference)",
                InferenceTableOptions.class);
        SECTIONS.put(
                "Tables of files (WITH of connectors media-files and tar-shards)",
                FileTableOptions.class);
        SECTIONS.put(
                "Tables of media files (WITH of connector media-files)",
                MediaFilesTableOptions.class);
        SECTIONS.put(
                "Tables of tar shards (WITH of connector tar-shards)", TarShardsTableOptions.class);
        SECTIONS.put(
                "Tables of dead letters (WITH of connector dead-letters)",
                DeadLettersTableOptions.class);
        SECTIONS.put("Python models (options of a ModelRef)", PythonOptions.class);
        SECTIONS.put("GPU driver (configuration of the task manager)", GpuDriverOptions.class);
    }

    private OptionsDoc() {}

    static String text() {
        StringBuilder page =
                new StringBuilder(
                        "# Options\n\nGenerated from the `*Options` classes; do not edit. Setting"
                                + " an option on a builder goes before the job's configuration.\n");
        SECTIONS.forEach((title, type) -> appendSection(page, title, options(type)));
        return page.toString();
    }

    private static void appendSection(
            StringBuilder page, String title, List<ConfigOption<?>> options) {
        page.append("\n## ")
                .append(title)
                .append("\n\n| key | default | what it does |\n|---|---|---|\n");
        for (ConfigOption<?> option : options) {
            page.append(
                    "| `%s` | %s | %s |%n"
                            .formatted(option.key(), defaultOf(option), text(option)));
        }
    }

    private static String defaultOf(ConfigOption<?> option) {
        Object value = option.defaultValue();
        if (value == null) {
            return "none";
        }
        return value instanceof Duration duration
                ? TimeUtils.formatWithHighestUnit(duration)
                : value.toString();
    }

    private static String text(ConfigOption<?> option) {
        Description description = option.description();
        return new HtmlFormatter().format(description);
    }

    private static List<ConfigOption<?>> options(Class<?> type) {
        List<ConfigOption<?>> options = new ArrayList<>();
        for (Field field : type.getFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && ConfigOption.class.isAssignableFrom(field.getType())) {
                options.add(read(field));
            }
        }
        options.sort(Comparator.comparing(ConfigOption::key));
        return options;
    }

    private static ConfigOption<?> read(Field field) {
        try {
            return (ConfigOption<?>) field.get(null);
        } catch (IllegalAccessException inaccessible) {
            throw new IllegalStateException("Cannot read option " + field + ".", inaccessible);
        }
    }
}
