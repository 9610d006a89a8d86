package io.flinkgpu.job.element;

import java.util.Locale;
import org.apache.flink.annotation.PublicEvolving;

/** Where an element stands in a pipeline. */
@PublicEvolving
public enum ElementKind {
    /** Emits rows of its own. */
    SOURCE,
    /** Turns rows into others. */
    STEP,
    /** Takes rows, and emits none. */
    SINK;

    /** The word for one, such as {@code source}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The key of the file under which they stand, such as {@code sources}. */
    public String section() {
        return word() + "s";
    }
}
