package io.flinkgpu.job.redo;

import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.fs.Path;

/**
 * The dead letters of some directories, as their sinks have committed them.
 *
 * @param directories each of one sink; those that do not exist hold none
 */
@Internal
public record Letters(List<Path> directories) {

    /** Copies the directories. */
    public Letters {
        directories = List.copyOf(directories);
    }

    /** Goes through all of them, one after another. */
    public void forEach(Consumer<Letter> each) throws IOException {
        for (Path directory : directories) {
            if (directory.getFileSystem().exists(directory)) {
                try (Stream<Letter> letters = JsonLines.read(directory).map(Letter::read)) {
                    letters.forEach(each);
                }
            }
        }
    }

    /** Those that a filter takes; they must fit into memory. */
    public List<Letter> select(LetterFilter filter) throws IOException {
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
