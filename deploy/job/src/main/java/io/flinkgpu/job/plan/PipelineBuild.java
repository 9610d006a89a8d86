package io.flinkgpu.job.plan;

import io.flinkgpu.connectors.mark.RunMark;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PlannedElement;
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
import javax.annotation.Nullable;
import org.apache.flink.api.common.operators.SlotSharingGroup;
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
    private final Map<String, ElementOutput> built = new HashMap<>();
    private final List<DataStream<Row>> ends = new ArrayList<>();
    private final List<RunMark> marks = new ArrayList<>();

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
        this.budget = BudgetedStreams.of(spec);
        this.claim = claim == null ? null : ClaimedRows.of(claim, environment, slots());
    }

    /** Says which marks the run leaves. */
    List<RunMark> run() {
        for (ElementSpec element : spec.elements()) {
            DataStream<Row> input = input(element);
            ElementOutput output = stamped(element, output(element, context(element, input)));
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
        marks.add(mark);
        mark.marks().add(ends, mark.token(), name, slots());
    }

    private BuildContext context(ElementSpec element, @Nullable DataStream<Row> input) {
        return new BuildContext(
                element.name(),
                input,
                plan.movesRows(element),
                spec.takesDeadLetters(element.name()),
                plan.placement(element),
                expressions,
                environment);
    }

    private ElementOutput output(ElementSpec element, BuildContext context) {
        PlannedElement planned = plan.elements().get(element.name());
        if (element.kind() != ElementKind.SOURCE) {
            return planned.builder().apply(context);
        }
        ElementOutput output =
                claim == null
                        ? planned.builder().apply(context)
                        : planned.redo().build(context, claimed(planned, context));
        return Origins.areKept(spec)
                ? new ElementOutput(
                        Origins.add(element.name(), planned, output.rows()), output.deadLetters())
                : output;
    }

    private DataStream<Row> claimed(PlannedElement source, BuildContext context) {
        return context.place("redo", claim.of(context.name(), source.redo().reference()));
    }

    /** With ids and runs in the dead letters that somebody takes. */
    private ElementOutput stamped(ElementSpec element, ElementOutput output) {
        if (output.deadLetters() == null || !spec.takesDeadLetters(element.name())) {
            return output;
        }
        PlannedElement planned = plan.elements().get(element.name());
        boolean readsAgain = element.kind() == ElementKind.SOURCE && planned.redo().readsAgain();
        LetterStamp stamp =
                new LetterStamp(
                        claim == null ? null : claim.token(), readsAgain ? element.name() : null);
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
            streams.add(Origins.as(taken, schemas.get(i), stream(input)));
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
