package io.flinkgpu.job.redo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;

/** Dead letters where a sink has committed them. */
@Internal
@FunctionalInterface
public interface Letters {

    /** Those of several sinks, one after another. */
    static Letters of(List<Letters> sinks) {
        List<Letters> all = List.copyOf(sinks);
        return each -> {
            for (Letters letters : all) {
                letters.forEach(each);
            }
        };
    }

    /**
     * Goes through all letters that are committed by now.
     *
     * @throws IOException if they cannot be read
     */
    void forEach(Consumer<Letter> each) throws IOException;

    /** Those that a filter takes; they must fit into memory. */
    default List<Letter> select(LetterFilter filter) throws IOException {
        List<Letter> selected = new ArrayList<>();
        forEach(
                letter -> {
                    if (filter.takes(letter)) {
                        selected.add(letter);
                    }
                });
        return selected;
    }
}
