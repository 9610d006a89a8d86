package io.flinkgpu.inference.model.store;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/**
 * The files of a model as they are listed at one moment.
 *
 * @param files by path, ascending; empty if the location holds nothing
 */
@Internal
public record ModelFiles(List<ModelFile> files) {

    /** Sorts the files by their paths. */
    public ModelFiles {
        files = files.stream().sorted(Comparator.comparing(ModelFile::path)).toList();
    }

    /** Their lengths together. */
    public long bytes() {
        return files.stream().mapToLong(ModelFile::bytes).sum();
    }

    /** A hash of names, lengths and times: equal for files that nobody has changed. */
    public String fingerprint() {
        String lines =
                files.stream()
                        .map(
                                file ->
                                        "%s %d %d%n"
                                                .formatted(
                                                        file.path(),
                                                        file.bytes(),
                                                        file.modifiedMillis()))
                        .collect(Collectors.joining());
        return Sha256.of(lines.getBytes(StandardCharsets.UTF_8));
    }
}
