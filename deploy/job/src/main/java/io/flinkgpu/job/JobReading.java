package io.flinkgpu.job;

import io.flinkgpu.connectors.mark.RunMark;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.element.ModelSignatures;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.infer.HostedSignatures;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a job file is read with.
 *
 * @param catalog the types of elements that there are
 * @param environment where variables and secrets come from
 * @param variables that were given for this run; they stand before those of the environment, and
 *     the ledger remembers them
 * @param signatures looks at models
 */
@PublicEvolving
public record JobReading(
        ElementCatalog catalog,
        Map<String, String> environment,
        Map<String, String> variables,
        ModelSignatures signatures) {

    /** With the variables of the environment alone. */
    public JobReading(
            ElementCatalog catalog, Map<String, String> environment, ModelSignatures signatures) {
        this(catalog, environment, Map.of(), signatures);
    }

    /** With the elements of the class path, this process's environment and its model host. */
    public static JobReading ofProcess() {
        return new JobReading(
                ElementCatalog.onClassPath(),
                System.getenv(),
                new HostedSignatures(ModelHost.ofProcess()));
    }

    /** The same with another environment. */
    public JobReading withEnvironment(Map<String, String> other) {
        return new JobReading(catalog, Map.copyOf(other), variables, signatures);
    }

    /** The same with these variables before those of the environment. */
    public JobReading withVariables(Map<String, String> given) {
        return new JobReading(catalog, environment, Map.copyOf(given), signatures);
    }

    /** The same with the token of the run among the given variables, a new one if there is none. */
    JobReading withMark(Instant now) {
        Map<String, String> given = new HashMap<>(variables);
        given.put(
                NewOnly.MARK_VARIABLE,
                allVariables().getOrDefault(NewOnly.MARK_VARIABLE, RunMark.newToken(now)));
        return withVariables(given);
    }

    /** The environment with the given variables over it. */
    Map<String, String> allVariables() {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(variables);
        return all;
    }
}
