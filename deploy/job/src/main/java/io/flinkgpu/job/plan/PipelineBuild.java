package io.flinkgpu.job.plan;

import io.flinkgpu.connectors.mark.RunMark;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowOrigin;
import io.flinkgpu.job.expression.SqlTransformation;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.job.redo.ClaimedRows;
import io.flinkgpu.job.row.RowSchema;
import io.flinkgpu.resources.StageProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.core.execution.JobStatusHook;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;

/**
 * Adds the elements of a plan to a job, and what goes along with them: origins, the error budget,
 * and the mark of a redo. Single use.
 */
final class PipelineBuild {

    private final PipelinePlan plan;
    private final PipelineSpec spec;
    private final StreamExecutionEnvironment environment;
    private final SqlTransformation expressions;
    private final Optional<BudgetedStreams> budget;
    @Nullable private final ClaimedRows claim;
    @Nullable private final RedoWays ways;
    private final Map<String, ElementOutput> built = new HashMap<>();
    private final List<DataStream<Row>> ends = new ArrayList<>();
    private final List<JobStatusHook> marks = new ArrayList<>();

    /**
     * A build.
     *
     * @param claim of a redo, whose rows take the place of the sources'; null: none
     */
    PipelineBuild(PipelinePlan plan, StreamExecutionEnvironment environment, @Nullable Path claim) {
        this.plan = plan;
        this.spec = plan.spec();
        this.environment = environment;
        this.expressions = new SqlTransformation(environment);
        // The letters alone are no sample of the rows: nearly all of them may fail again.
        this.budget = claim == null ? BudgetedStreams.of(spec) : Optional.empty();
        this.ways = claim == null ? null : RedoWays.of(spec, claim);
        this.claim = claim == null ? null : ClaimedRows.of(claim, environment, slots());
    }

    /** Gives what leaves the run's marks, for the job's graph. */
    List<JobStatusHook> run() {
        for (ElementSpec element : spec.elements()) {
            DataStream<Row> input = input(element);
            ElementOutput output = stamped(element, output(element, input));
            built.put(
                    element.name(),
                    budget.map(guarded -> guarded.count(element, output)).orElse(output));
        }
        budget.ifPresent(guarded -> guarded.apply(sourceProfile()));
        if (claim != null) {
            mark("redo", claim.mark());
        } else {
            plan.elements()
                    .forEach((name, source) -> source.mark().ifPresent(mark -> mark(name, mark)));
        }
        return List.copyOf(marks);
    }

    private void mark(String name, RunMark mark) {
        marks.add(mark.addTo(ends, name, slots()));
    }

    private BuildContext context(
            ElementSpec element, String name, @Nullable DataStream<Row> input) {
        return new BuildContext(
                name,
                input,
                plan.movesRows(element),
                spec.takesDeadLetters(element.name()),
                plan.placement(element),
                expressions,
                environment);
    }

    private ElementOutput output(ElementSpec element, @Nullable DataStream<Row> input) {
        PlannedElement planned = plan.elements().get(element.name());
        if (element.kind() == ElementKind.SOURCE && ways != null) {
            return redo(element, planned, ways.groups());
        }
        ElementOutput output = planned.builder().apply(context(element, element.name(), input));
        return element.kind() == ElementKind.SOURCE
                ? withOrigins(element, element.name(), RowOrigin.prefix(element.name()), output)
                : output;
    }

    /** The source's rows of a claim, made by operators of their own for each group. */
    private ElementOutput redo(
            ElementSpec source, PlannedElement planned, List<Set<Set<String>>> groups) {
        List<ElementOutput> all = new ArrayList<>();
        for (int group = 0; group < groups.size(); group++) {
            String name = group == 0 ? source.name() : source.name() + ".group-" + group;
            BuildContext context = context(source, name, null);
            DataStream<Row> references =
                    context.place(
                            "redo",
                            claim.of(source.name(), groups.get(group), planned.redo().reference()));
            all.add(
                    withOrigins(
                            source,
                            name,
                            RowOrigin.prefix(source.name(), group),
                            planned.redo().build(context, references)));
        }
        return all.stream().reduce(PipelineBuild::union).orElseThrow();
    }

    private static ElementOutput union(ElementOutput one, ElementOutput other) {
        return new ElementOutput(
                one.rows().union(other.rows()),
                one.deadLetters() == null ? null : one.deadLetters().union(other.deadLetters()));
    }

    /**
     * The output with where its rows come from.
     *
     * @param name of the source's operators, which are several in a redo
     */
    private ElementOutput withOrigins(
            ElementSpec source, String name, String prefix, ElementOutput output) {
        PlannedElement planned = plan.elements().get(source.name());
        return Origins.areKept(spec)
                ? new ElementOutput(
                        Origins.add(name, prefix, planned, output.rows()), output.deadLetters())
                : output;
    }

    /** With ids and runs in the dead letters that somebody takes. */
    private ElementOutput stamped(ElementSpec element, ElementOutput output) {
        if (output.deadLetters() == null || !spec.takesDeadLetters(element.name())) {
            return output;
        }
        PlannedElement planned = plan.elements().get(element.name());
        boolean readsAgain = element.kind() == ElementKind.SOURCE && planned.redo().readsAgain();
        LetterStamp stamp =
                new LetterStamp(element.name(), claim == null ? null : claim.token(), readsAgain);
        SingleOutputStreamOperator<Row> letters =
                output.deadLetters()
                        .map(stamp)
                        .returns(DeadLetterRows.SCHEMA.typeInfo())
                        .name(element.name() + ".stamp")
                        .uid(element.name() + ".stamp")
                        .setParallelism(output.deadLetters().getParallelism());
        return new ElementOutput(output.rows(), letters);
    }

    @Nullable
    private DataStream<Row> input(ElementSpec element) {
        if (element.kind() == ElementKind.SOURCE) {
            return null;
        }
        List<RowSchema> schemas = element.inputs().stream().map(plan::emitted).toList();
        RowSchema taken = Origins.taken(schemas, element.kind());
        List<DataStream<Row>> streams = new ArrayList<>();
        for (int i = 0; i < schemas.size(); i++) {
            ElementSpec.Input input = element.inputs().get(i);
            DataStream<Row> rows =
                    ways == null
                            ? stream(input)
                            : ways.through(input, element.name(), schemas.get(i), stream(input));
            streams.add(Origins.as(taken, schemas.get(i), rows));
        }
        if (element.kind() == ElementKind.SINK) {
            // Each by itself: a union of streams from several places has no place of its own.
            ends.addAll(streams);
        }
        return streams.stream().reduce(DataStream::union).orElseThrow();
    }

    private DataStream<Row> stream(ElementSpec.Input input) {
        ElementOutput output = built.get(input.element());
        return input.isDeadLetters() ? output.deadLetters() : output.rows();
    }

    @Nullable
    private StageProfile sourceProfile() {
        return spec.elements().stream()
                .filter(element -> element.kind() == ElementKind.SOURCE)
                .findFirst()
                .map(element -> plan.placement(element).profile())
                .orElse(null);
    }

    @Nullable
    private SlotSharingGroup slots() {
        StageProfile profile = sourceProfile();
        return profile == null ? null : profile.toSlotSharingGroup();
    }
}
