package io.flinkgpu.deploy.job;

import io.flinkgpu.job.PipelineJob;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.redo.Redos;
import io.flinkgpu.state.ledger.LedgerOptions;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu run}: runs the pipeline of a job file. */
@Command(
        name = "run",
        description = {
            "Run the pipeline that a YAML file describes, without Java.",
            "Runs in this process, or on the local cluster with --cluster, or where --flink says.",
            "The file is checked first: against itself, its inputs, and the models that it names."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
@Internal
public final class JobRunCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The job file; see docs/job-file.md.")
    private Path file;

    @Option(names = "--check", description = "Check the file and show the plan; run nothing.")
    private boolean checkOnly;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "A variable for $${NAME} in the file, before the environment's; may be repeated.")
    private Map<String, String> variables = new TreeMap<>();

    @Mixin private PlaceOptions where;

    @Option(
            names = "--ledger",
            paramLabel = "URL",
            description = {
                "Record the run in the ledger at this JDBC URL, or in none, unless the file names one.",
                "Default: ledger.url of the Flink that it runs on; on this machine else ~/.flink-gpu/ledger.db."
            })
    private String ledger;

    @Mixin private RedoOptions redo;

    @Option(
            names = "--since-run",
            paramLabel = "ID|" + NewOnly.LATEST,
            description = {
                "Read only files that neither this run nor one before it has read to its end;",
                "'latest': that no run has. Sources with new-only: true do so without it."
            })
    private String sinceRun;

    @Override
    public Integer call() throws Exception {
        JobPlace place = where.asked().orElse(JobPlace.HERE);
        where.requireFit(place);
        if (sinceRun != null) {
            variables.put(NewOnly.VARIABLE, sinceRun);
        }
        if (redo.isAsked() || redo.again()) {
            // A redo reads no source.
            variables.put(NewOnly.AGAIN_VARIABLE, "true");
        }
        PipelineJob job = read();
        requireUse(job);
        out().print(job.describe());
        out().flush();
        if (checkOnly) {
            if (redo.isAsked()) {
                redo.look(job, out());
            }
            out().printf("No problems found in %s.%n", file);
            out().flush();
            return 0;
        }
        if (redo.isAsked()) {
            redo(job, place);
        } else {
            launch(job, place, new Given());
        }
        return 0;
    }

    private void requireUse(PipelineJob job) {
        if (redo.again() && !redo.isAsked() && !job.readsWhatIsNew()) {
            throw new IllegalArgumentException(
                    "Invalid --again: no source of %s reads only what is new, so every run reads all of it. Leave it out, or add --redo."
                            .formatted(file));
        }
    }

    private PipelineJob read() {
        return PipelineJob.read(file, JobFiles.reading(variables));
    }

    private void launch(PipelineJob job, JobPlace place, Given given) throws Exception {
        Configuration options = new Configuration();
        if (ledger != null) {
            options.set(LedgerOptions.URL, ledger);
        }
        new JobLaunch(place, where, options, out()).run(job, given);
    }

    private void redo(PipelineJob job, JobPlace place) throws Exception {
        Optional<org.apache.flink.core.fs.Path> claim = redo.claim(job, out());
        if (claim.isEmpty()) {
            return;
        }
        variables.put(Redos.VARIABLE, claim.get().toString());
        Given given = new Given();
        try {
            launch(read(), place, given);
        } finally {
            if (!given.mayRun) {
                job.redos().release(claim.get());
            }
        }
        if (!where.detach()) {
            RedoOptions.report(job, claim.get(), out());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Whether Flink may have been given the job. */
    private static final class Given implements JobLaunch.Listener {
        private boolean mayRun;

        @Override
        public void submitting() {
            mayRun = true;
        }

        @Override
        public void submitted(JobID job, URI flink) {}
    }
}
