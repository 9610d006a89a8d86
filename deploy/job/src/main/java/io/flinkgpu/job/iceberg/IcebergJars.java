package io.flinkgpu.job.iceberg;

import io.flinkgpu.job.element.ElementContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/** The jars that Iceberg needs besides those of every job file. */
@Internal
public final class IcebergJars {

    /** A class of each, by the artifact that has it. */
    private static final Map<String, String> CLASSES = new LinkedHashMap<>();

    static {
        CLASSES.put("flink-gpu-iceberg", "io.flinkgpu.connectors.iceberg.IcebergTable");
        CLASSES.put("iceberg-flink-runtime-2.1", "org.apache.iceberg.Table");
        CLASSES.put("hadoop-client-api", "org.apache.hadoop.conf.Configuration");
        CLASSES.put(
                "hadoop-client-runtime", "org.apache.hadoop.shaded.com.google.common.base.Strings");
    }

    private IcebergJars() {}

    /**
     * Whether a loader has them all; adds a problem that names those that are missing.
     *
     * @param type of the element that needs them
     */
    public static boolean areThere(String type, ElementContext context, ClassLoader loader) {
        List<String> missing =
                CLASSES.entrySet().stream()
                        .filter(artifact -> !has(artifact.getValue(), loader))
                        .map(Map.Entry::getKey)
                        .toList();
        if (!missing.isEmpty()) {
            context.config()
                    .object()
                    .problem(
                            "Invalid type '%s' of '%s': jars are missing. Put %s into Flink's lib/."
                                    .formatted(type, context.name(), String.join(", ", missing)));
        }
        return missing.isEmpty();
    }

    private static boolean has(String className, ClassLoader loader) {
        try {
            Class.forName(className, false, loader);
            return true;
        } catch (ClassNotFoundException | LinkageError missing) {
            return false;
        }
    }
}
