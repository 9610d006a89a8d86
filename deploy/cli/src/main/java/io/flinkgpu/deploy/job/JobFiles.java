package io.flinkgpu.deploy.job;

import io.flinkgpu.deploy.model.ModelLook;
import io.flinkgpu.job.JobReading;
import io.flinkgpu.job.element.ElementCatalog;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;

/** How commands read job files: with the elements, plugins and environment of this process. */
@Internal
public final class JobFiles {

    private JobFiles() {}

    /**
     * What files are read with; loads Flink's plugins.
     *
     * @param variables before those of the environment
     */
    public static JobReading reading(Map<String, String> variables) {
        Configuration settings = FlinkSettings.ofProcess();
        // Found in plugins/, as a task manager finds them.
        FileSystem.initialize(settings, PluginUtils.createPluginManagerFromRootFolder(settings));
        return new JobReading(
                ElementCatalog.onClassPath(), System.getenv(), variables, new ModelLook(settings));
    }
}
