package io.flinkgpu.job.plan;

import io.flinkgpu.connectors.budget.ErrorBudgetGuard;
import io.flinkgpu.connectors.budget.ErrorBudgetGuard.LetterText;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.resources.StageProfile;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/** The streams of a file that count for its error budget. */
final class BudgetedStreams {

    private static final LetterText<Row> ERROR_CLASS = text("errorClass");
    private static final LetterText<Row> CAUSE = text("cause");

    private final PipelineSpec spec;
    private final ErrorBudgetGuard guard;

    private BudgetedStreams(PipelineSpec spec, ErrorBudgetGuard guard) {
        this.spec = spec;
        this.guard = guard;
    }

    /** Those of a file that has a budget. */
    static Optional<BudgetedStreams> of(PipelineSpec spec) {
        return Optional.ofNullable(spec.errorBudget())
                .map(
                        budget ->
                                new BudgetedStreams(
                                        spec, ErrorBudgetGuard.of(budget, takers(spec))));
    }

    /** The same streams, counted: rows of a source, and dead letters that somebody takes. */
    ElementOutput count(ElementSpec element, ElementOutput output) {
        boolean isSource = element.kind() == ElementKind.SOURCE;
        DataStream<Row> rows = output.rows();
        DataStream<Row> letters = output.deadLetters();
        if (isSource) {
            rows = guard.rows(element.name() + ".counted", rows);
        }
        if (letters != null && spec.takesDeadLetters(element.name())) {
            String name = element.name() + ".dead-letters.counted";
            letters =
                    isSource
                            ? guard.unreadRows(name, letters, ERROR_CLASS, CAUSE)
                            : guard.deadLetters(name, letters, ERROR_CLASS, CAUSE);
        }
        return new ElementOutput(rows, letters);
    }

    /** Adds what adds up, in slots of a profile; null: Flink's default ones. */
    void apply(@Nullable StageProfile profile) {
        SingleOutputStreamOperator<Void> sum = guard.apply();
        if (profile != null) {
            sum.slotSharingGroup(profile.toSlotSharingGroup());
        }
    }

    /** The elements that take dead letters, with the paths that they name. */
    private static String takers(PipelineSpec spec) {
        return spec.elements().stream()
                .filter(
                        element ->
                                element.inputs().stream()
                                        .anyMatch(ElementSpec.Input::isDeadLetters))
                .map(BudgetedStreams::taker)
                .collect(Collectors.joining(", "));
    }

    private static String taker(ElementSpec element) {
        String path = element.config().object().get("path").node().asText("");
        return "'%s'%s".formatted(element.name(), path.isEmpty() ? "" : " (%s)".formatted(path));
    }

    private static LetterText<Row> text(String field) {
        int index = DeadLetterRows.SCHEMA.indexOf(field);
        return letter -> String.valueOf(letter.getField(index));
    }
}
