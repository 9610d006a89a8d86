package io.flinkgpu.job;

import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.plan.PipelinePlan;
import io.flinkgpu.job.redo.LetterFiles;
import io.flinkgpu.job.redo.Letters;
import io.flinkgpu.job.redo.Redos;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.core.fs.Path;

/** Where the dead letters of a job are, and what redos of them keep. */
record LetterPlaces(PipelinePlan plan) {

    /** The claim of the redo that the job is; empty: it is none. */
    Optional<Path> claim() {
        return plan.spec().settings().getOptional(Redos.CLAIM).map(Path::new);
    }

    Letters letters() {
        return Letters.of(places());
    }

    Redos redos() {
        List<Letters> places = places();
        return new Redos(Letters.of(places), root(places), sources(), Clock.systemUTC());
    }

    private List<Letters> places() {
        List<Letters> places =
                plan.elements().values().stream()
                        .map(PlannedElement::letters)
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList();
        if (places.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot find dead letters of job '%s': no sink of its file keeps them. Add one of type dead-letters, or a topic."
                            .formatted(plan.spec().name()));
        }
        return places;
    }

    /** Next to the first files of letters; next to the checkpoints where all are in topics. */
    private Path root(List<Letters> places) {
        Optional<Path> files =
                places.stream()
                        .filter(LetterFiles.class::isInstance)
                        .map(each -> ((LetterFiles) each).directory())
                        .findFirst();
        if (files.isPresent()) {
            return new Path(files.get(), "_redo");
        }
        String checkpoints = plan.spec().settings().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        if (checkpoints == null) {
            throw new IllegalStateException(
                    "Cannot redo the dead letters of job '%s': its file has no place to keep what was redone. Add checkpoints.directory."
                            .formatted(plan.spec().name()));
        }
        String job = plan.spec().name().replaceAll("[^A-Za-z0-9._-]", "_");
        return new Path(checkpoints, "redo/" + job);
    }

    private Map<String, Boolean> sources() {
        return plan.spec().elements().stream()
                .filter(element -> element.kind() == ElementKind.SOURCE)
                .map(ElementSpec::name)
                .collect(
                        Collectors.toMap(
                                name -> name,
                                name -> plan.elements().get(name).redo().readsAgain()));
    }
}
