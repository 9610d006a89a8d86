package io.flinkgpu.deploy.resume;

import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.state.ledger.Program;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.PackagedProgramUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;

/**
 * The job of a jar, whose main method makes it in this process.
 *
 * <p>Touches {@link PackagedProgram} and {@link PackagedProgramUtils} of Flink 2.3, by which
 * Flink's own client does the same.
 */
record JarProgram(Program program, List<String> arguments) {

    /** Submits it; returns when Flink has taken it. */
    JobRun submit(URI flink, Configuration options) throws Exception {
        JobSubmitter submitter = new JobSubmitter(flink).withJar(Path.of(program.location()));
        Configuration submitted = submitter.configuration();
        submitted.addAll(options);
        try (PackagedProgram packaged = packaged(submitted)) {
            Pipeline job =
                    PackagedProgramUtils.getPipelineFromProgram(
                            packaged,
                            submitted,
                            submitted
                                    .getOptional(CoreOptions.DEFAULT_PARALLELISM)
                                    .orElse(ExecutionConfig.PARALLELISM_DEFAULT),
                            false);
            return submitter.submit(job);
        }
    }

    private PackagedProgram packaged(Configuration options) throws Exception {
        PackagedProgram.Builder builder =
                PackagedProgram.newBuilder()
                        .setJarFile(new File(program.location()))
                        .setArguments(arguments.toArray(String[]::new))
                        .setConfiguration(options);
        if (!program.entryClass().isEmpty()) {
            builder.setEntryPointClassName(program.entryClass());
        }
        return builder.build();
    }
}
