package io.flinkgpu.job;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.element.ModelSignatures;
import io.flinkgpu.job.infer.HostedSignatures;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a job file is read with.
 *
 * @param catalog the types of elements that there are
 * @param environment where variables and secrets come from
 * @param signatures looks at models
 */
@PublicEvolving
public record JobReading(
        ElementCatalog catalog, Map<String, String> environment, ModelSignatures signatures) {

    /** With the elements of the class path, this process's environment and its model host. */
    public static JobReading ofProcess() {
        return new JobReading(
                ElementCatalog.onClassPath(),
                System.getenv(),
                new HostedSignatures(ModelHost.ofProcess()));
    }

    /** The same with another environment. */
    public JobReading withEnvironment(Map<String, String> other) {
        return new JobReading(catalog, Map.copyOf(other), signatures);
    }
}
