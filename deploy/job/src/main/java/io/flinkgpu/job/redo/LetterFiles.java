package io.flinkgpu.job.redo;

import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.fs.Path;

/**
 * The dead letters of a directory.
 *
 * @param directory of one sink; one that does not exist holds none
 */
@Internal
public record LetterFiles(Path directory) implements Letters {

    @Override
    public void forEach(Consumer<Letter> each) throws IOException {
        if (directory.getFileSystem().exists(directory)) {
            try (Stream<Letter> letters = JsonLines.read(directory).map(Letter::read)) {
                letters.forEach(each);
            }
        }
    }
}
