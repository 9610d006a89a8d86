package io.flinkgpu.job;

import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.FilePaths;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.plan.PipelinePlan;
import io.flinkgpu.job.redo.Letters;
import io.flinkgpu.job.redo.Redos;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/**
 * Where the dead letters of a job are.
 *
 * @param directory what relative paths are relative to
 * @param claimed the claim of the redo that the job is; null or blank: none
 */
record LetterPlaces(PipelinePlan plan, Path directory, @Nullable String claimed) {

    private static final String SINK = "dead-letters";
    private static final String PATH = "path";

    Optional<org.apache.flink.core.fs.Path> claim() {
        return Optional.ofNullable(claimed)
                .filter(path -> !path.isBlank())
                .map(org.apache.flink.core.fs.Path::new);
    }

    Letters letters() {
        List<org.apache.flink.core.fs.Path> directories =
                plan.spec().elements().stream()
                        .filter(element -> element.kind() == ElementKind.SINK)
                        .filter(element -> element.element().type().equals(SINK))
                        .map(element -> element.config().object().get(PATH).node().asText())
                        .map(path -> FilePaths.resolve(path, directory))
                        .distinct()
                        .toList();
        if (directories.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot find dead letters of job '%s': its file has no sink of type '%s'. Add one."
                            .formatted(plan.spec().name(), SINK));
        }
        return new Letters(directories);
    }

    Redos redos() {
        return new Redos(
                letters(),
                plan.spec().elements().stream()
                        .filter(element -> element.kind() == ElementKind.SOURCE)
                        .map(ElementSpec::name)
                        .collect(Collectors.toSet()),
                Clock.systemUTC());
    }
}
