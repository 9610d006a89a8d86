package io.flinkgpu.job;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.job.config.Problems;
import io.flinkgpu.job.element.ElementContext.FileContext;
import io.flinkgpu.job.expression.SqlExpressions;
import io.flinkgpu.job.file.JobFileReader;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.job.plan.PipelinePlan;
import io.flinkgpu.job.plan.PipelinePlanner;
import io.flinkgpu.job.plan.PlanText;
import io.flinkgpu.job.redo.Letters;
import io.flinkgpu.job.redo.Redos;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.state.CheckpointDefaults;
import io.flinkgpu.state.ledger.LedgerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobStatusHook;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** A job that a YAML file describes, read and found without problems. */
@PublicEvolving
public final class PipelineJob {

    /** The end of the name of a redo's run. */
    private static final String REDO = ".redo";

    private final PipelinePlan plan;
    private final RecordedFile file;

    private PipelineJob(PipelinePlan plan, RecordedFile file) {
        this.plan = plan;
        this.file = file;
    }

    /**
     * Reads a file and checks it: against itself, its inputs, and the models that it names.
     *
     * @throws InvalidJobFileException naming every problem with its line
     * @throws UncheckedIOException if the file cannot be read
     */
    public static PipelineJob read(Path file, JobReading with) {
        return read(file, text(file.toAbsolutePath().normalize()), with);
    }

    /**
     * Reads a text as if a file had it, which need not exist any more.
     *
     * @param file relative paths are relative to its folder
     * @throws InvalidJobFileException naming every problem with its line
     */
    public static PipelineJob read(Path file, String text, JobReading with) {
        Path absolute = file.toAbsolutePath().normalize();
        Problems problems = new Problems();
        JobReading marked = with.withMark(Instant.now());
        PipelineSpec spec =
                new JobFileReader(marked.catalog(), marked.allVariables(), problems)
                        .read(text, absolute.getParent());
        PipelinePlan plan =
                new PipelinePlanner(
                                spec,
                                new FileContext(
                                        spec.name(),
                                        spec.settings(),
                                        absolute.getParent(),
                                        new SqlExpressions(),
                                        with.signatures()))
                        .plan();
        if (!problems.isEmpty()) {
            throw new InvalidJobFileException(file.toString(), problems.inOrder());
        }
        Map<String, String> recorded = plan.leavesMarks() ? marked.variables() : with.variables();
        return new PipelineJob(plan, new RecordedFile(absolute, text, recorded));
    }

    /** The same with another number of subtasks of each element that names none itself. */
    public PipelineJob withParallelism(int parallelism) {
        return new PipelineJob(
                new PipelinePlan(plan.spec().withParallelism(parallelism), plan.elements()), file);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new UncheckedIOException(
                    "Cannot read job file %s: there is no such file.".formatted(file), missing);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "Cannot read job file %s: %s.".formatted(file, unreadable), unreadable);
        }
    }

    /** The job's name. */
    public String name() {
        return plan.spec().name();
    }

    /** Where models run that say nothing else. */
    public InferenceMode mode() {
        return plan.spec().mode();
    }

    /** The most subtasks that an element has. */
    public int maxParallelism() {
        return plan.maxParallelism();
    }

    /** The profiles that elements use, as the job's own cluster must place them. */
    public List<StageProfile> placedProfiles() {
        return plan.usedProfiles();
    }

    /**
     * The options of the job, completed by those of {@link CheckpointDefaults}, and by the file
     * itself for the ledger. A redo has a name of its own there, so that the newest run of the
     * job's name stays the one that may have to be resumed.
     */
    public Configuration settings() {
        Configuration settings = CheckpointDefaults.complete(plan.spec().settings());
        file.addTo(settings);
        if (settings.contains(Redos.CLAIM)) {
            settings.set(
                    LedgerOptions.RUN_NAME,
                    settings.getOptional(LedgerOptions.RUN_NAME).orElse(name()) + REDO);
        }
        return settings;
    }

    /** Why the ledger does not remember the file, so that the run cannot be resumed by its name. */
    public Optional<String> hindranceToResume() {
        return file.hindrance();
    }

    /** What people want to see before it runs, many lines. Shows no secrets. */
    public String describe() {
        return PlanText.of(plan);
    }

    /**
     * Defines the job in an environment, with its options.
     *
     * @return what the environment is to execute; it holds none of it any more
     */
    public StreamGraph define(StreamExecutionEnvironment environment) {
        environment.configure(settings());
        List<JobStatusHook> marks =
                places().claim()
                        .map(claim -> plan.buildRedo(environment, claim))
                        .orElseGet(() -> plan.build(environment));
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(name());
        marks.forEach(graph::registerJobStatusHook);
        return graph;
    }

    /** Whether sources of it can read what is new alone, and are to. */
    public boolean readsWhatIsNew() {
        return plan.leavesMarks();
    }

    /**
     * The dead letters that runs of this file have written.
     *
     * @throws IllegalStateException if no sink of it keeps them
     */
    public Letters deadLetters() {
        return places().letters();
    }

    /** The redos of these dead letters; see {@link #deadLetters}. */
    public Redos redos() {
        return places().redos();
    }

    private LetterPlaces places() {
        return new LetterPlaces(plan);
    }
}
