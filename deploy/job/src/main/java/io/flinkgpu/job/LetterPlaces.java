package io.flinkgpu.job;

import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.plan.Branches;
import io.flinkgpu.job.plan.PipelinePlan;
import io.flinkgpu.job.redo.LetterFiles;
import io.flinkgpu.job.redo.Letters;
import io.flinkgpu.job.redo.Redos;
import java.time.Clock;
import java.util.ArrayList;
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
        return new Redos(
                Letters.of(places),
                roots(places),
                new Redos.Remaking(sources(), new Branches(plan.spec())),
                Clock.systemUTC());
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

    /**
     * Next to the files of letters and next to the checkpoints: claims stay known where sinks are
     * added, or change their order.
     */
    private List<Path> roots(List<Letters> places) {
        List<Path> roots = new ArrayList<>();
        for (Letters place : places) {
            if (place instanceof LetterFiles files) {
                roots.add(new Path(files.directory(), "_redo"));
            }
        }
        String checkpoints = plan.spec().settings().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        if (checkpoints != null) {
            String job = plan.spec().name().replaceAll("[^A-Za-z0-9._-]", "_");
            roots.add(new Path(checkpoints, "redo/" + job));
        }
        if (roots.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot redo the dead letters of job '%s': its file has no place to keep what was redone. Add checkpoints.directory."
                            .formatted(plan.spec().name()));
        }
        return roots;
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
