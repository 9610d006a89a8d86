package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.element.PipelineElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads job files of a directory, some elements replaced by those of a test. */
public record TestingJobFiles(Path directory, List<PipelineElement> replaced) {

    /** Of a directory. */
    public static TestingJobFiles in(Path directory, PipelineElement... replaced) {
        return new TestingJobFiles(directory, List.of(replaced));
    }

    /** What the plan says of a file without problems. */
    public String describe(String yaml) throws IOException {
        return read(yaml).describe();
    }

    /** What is wrong with a file. */
    public List<String> problems(String yaml) {
        InvalidJobFileException invalid =
                catchThrowableOfType(InvalidJobFileException.class, () -> read(yaml));
        assertThat(invalid).as("problems").isNotNull();
        return invalid.problems();
    }

    /** A file without problems. */
    public PipelineJob read(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("job.yaml"), yaml);
        return PipelineJob.read(
                file,
                new JobReading(catalog(), Map.of("PASSWORD", "hidden"), new TestingSignatures()));
    }

    private ElementCatalog catalog() {
        Stream<PipelineElement> others =
                ElementCatalog.onClassPath().all().stream()
                        .filter(
                                element ->
                                        replaced.stream().noneMatch(test -> isSame(element, test)));
        return ElementCatalog.of(Stream.concat(others, replaced.stream()).toList());
    }

    private static boolean isSame(PipelineElement one, PipelineElement other) {
        return one.kind() == other.kind() && one.type().equals(other.type());
    }
}
