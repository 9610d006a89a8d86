package io.flinkgpu.job.element;

import io.flinkgpu.connectors.mark.RunMark;
import io.flinkgpu.job.redo.Letters;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.annotation.PublicEvolving;

/**
 * An element that is ready to be built.
 *
 * @param output the rows that it emits; {@link RowSchema#NONE} for a sink
 * @param builder adds it to a job
 * @param notes what people may want to know, a line each, such as a model's signature
 * @param redo how a source makes rows of dead letters; of what is no source not asked for
 * @param mark that a bounded source wants its run to leave when it has come to its end
 * @param letters where the dead letters are that a sink writes
 */
@PublicEvolving
public record PlannedElement(
        RowSchema output,
        Function<BuildContext, ElementOutput> builder,
        List<String> notes,
        Redo redo,
        Optional<RunMark> mark,
        Optional<Letters> letters) {

    /** An element that emits rows. */
    public static PlannedElement of(
            RowSchema output, Function<BuildContext, ElementOutput> builder) {
        return new PlannedElement(
                output,
                builder,
                List.of(),
                Redo.byValue(output),
                Optional.empty(),
                Optional.empty());
    }

    /** An element that emits nothing. */
    public static PlannedElement sink(Consumer<BuildContext> builder) {
        return of(
                RowSchema.NONE,
                context -> {
                    builder.accept(context);
                    return ElementOutput.NONE;
                });
    }

    /**
     * An element with problems, of which not even the rows are known: what takes them is not
     * checked, for its problems might only follow.
     */
    public static final PlannedElement UNKNOWN = unusable(RowSchema.NONE);

    /**
     * An element with problems, of which no more is known than the rows that it would emit.
     *
     * @param output so that elements behind it are checked, too
     */
    public static PlannedElement unusable(RowSchema output) {
        return of(
                output,
                context -> {
                    throw new IllegalStateException(
                            "Cannot build '%s': it has problems.".formatted(context.name()));
                });
    }

    /** The same element with something to say. */
    public PlannedElement withNotes(List<String> lines) {
        return new PlannedElement(output, builder, List.copyOf(lines), redo, mark, letters);
    }

    /** The same source, which makes rows of dead letters so, rather than keep them whole. */
    public PlannedElement withRedo(Redo other) {
        return new PlannedElement(output, builder, notes, other, mark, letters);
    }

    /** The same source, whose run leaves a mark when it has come to its end. */
    public PlannedElement withMark(RunMark ofRun) {
        return new PlannedElement(output, builder, notes, redo, Optional.of(ofRun), letters);
    }

    /** The same sink, whose dead letters can be read there. */
    public PlannedElement withLetters(Letters place) {
        return new PlannedElement(output, builder, notes, redo, mark, Optional.of(place));
    }
}
