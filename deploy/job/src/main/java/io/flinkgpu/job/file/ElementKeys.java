package io.flinkgpu.job.file;

import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementKind;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** The keys that every element has, whatever its type. */
@Internal
public final class ElementKeys {

    /** What others call it. */
    public static final Key<String> NAME =
            Key.of("name", ValueTypes.text())
                    .required()
                    .describedAs(
                            "Its name in the file: letters, digits, '-' and '_'. Flink finds the state of an element by it.");

    /** Which element it is. */
    public static final Key<String> TYPE =
            Key.of("type", ValueTypes.text()).required().describedAs("What it is.");

    /** Whose rows it takes. */
    public static final Key<List<String>> INPUT =
            Key.of("input", ValueTypes.listOf(ValueTypes.text()))
                    .required()
                    .describedAs(
                            "The name of the element whose rows it takes, or NAME.dead-letters. The rows of several with the same fields become one stream.");

    /** Where its subtasks run. */
    public static final Key<String> PROFILE =
            Key.of("profile", ValueTypes.text())
                    .describedAs(
                            "What a subtask of it has, by the name of a profile. Without it the file's profile.");

    /** How many subtasks it has. */
    public static final Key<Integer> PARALLELISM =
            Key.of("parallelism", ValueTypes.integer(1))
                    .describedAs("Its subtasks. Without it the file's parallelism.");

    /** What its type asks for. */
    public static final String CONFIG = "config";

    private ElementKeys() {}

    /** The keys of elements of a kind, but for {@value #CONFIG}. */
    public static List<Key<?>> of(ElementKind kind) {
        return kind == ElementKind.SOURCE
                ? List.of(NAME, TYPE, PROFILE, PARALLELISM)
                : List.of(NAME, TYPE, INPUT, PROFILE, PARALLELISM);
    }
}
