package io.flinkgpu.job.element;

import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.expression.SqlExpressions;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import io.flinkgpu.resources.StageProfile;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.Path;

/**
 * What an element is told when it is planned.
 *
 * @param name of the element in its file
 * @param config what stands under its key {@code config}; problems are added to its values
 * @param input the rows that it takes; {@link RowSchema#NONE} for a source
 * @param profile what a subtask of it has; null where the file has no profiles
 * @param file what the file says for all elements
 */
@PublicEvolving
public record ElementContext(
        String name,
        Config config,
        RowSchema input,
        @Nullable StageProfile profile,
        FileContext file) {

    /**
     * A path of the file as Flink takes it: with its scheme, and relative to the file's directory.
     */
    public Path resolve(String text) {
        return FilePaths.resolve(text, file.directory());
    }

    /**
     * A field of the input; adds a problem where there is none.
     *
     * @param at where the file names it
     */
    public Optional<Field> requireInput(String field, Value at) {
        Optional<Field> found = input.find(field);
        if (found.isEmpty()) {
            at.problem(
                    "Invalid field '%s' in %s: the input has none of that name. %s"
                            .formatted(
                                    field,
                                    at.subject(),
                                    NearestName.suggest(field, input.names())));
        }
        return found;
    }

    /** A field of the input of this type; adds a problem where there is none. */
    public Optional<Field> requireInput(String field, FieldType type, Value at) {
        Optional<Field> found = requireInput(field, at);
        if (found.isPresent() && found.get().type() != type) {
            at.problem(
                    "Invalid field '%s' of step '%s': it is %s. It must be %s."
                            .formatted(field, name, found.get().type(), type));
        }
        return found;
    }

    /**
     * What holds for all elements of a file.
     *
     * @param job the job's name
     * @param options of the job, among them the mode in which models run
     * @param directory what relative paths are relative to
     * @param expressions checks expressions
     * @param signatures looks at models
     */
    @PublicEvolving
    public record FileContext(
            String job,
            Configuration options,
            java.nio.file.Path directory,
            SqlExpressions expressions,
            ModelSignatures signatures) {}
}
