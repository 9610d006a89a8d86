package io.flinkgpu.job;

import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where the rows of a file go several ways. Dead letters are no rows. */
final class Branches {

    private final PipelineSpec spec;
    private final Set<String> behind = new HashSet<>();
    private final boolean areAny;

    Branches(PipelineSpec spec) {
        this.spec = spec;
        // INVARIANT: each element stands behind those whose rows it takes.
        for (ElementSpec element : spec.elements()) {
            if (inputs(element).stream().anyMatch(from -> isOne(from) || behind.contains(from))) {
                behind.add(element.name());
            }
        }
        areAny = spec.elements().stream().map(ElementSpec::name).anyMatch(this::isOne);
    }

    /**
     * Whether the rows of an element went other ways, too. Of an element that the file does not
     * know any more, they may have where there are branches.
     */
    boolean areBefore(String element) {
        return spec.find(element).isPresent() ? behind.contains(element) : areAny;
    }

    private boolean isOne(String element) {
        return spec.elements().stream()
                        .flatMap(each -> inputs(each).stream())
                        .filter(element::equals)
                        .count()
                > 1;
    }

    private static List<String> inputs(ElementSpec element) {
        return element.inputs().stream()
                .filter(input -> !input.isDeadLetters())
                .map(ElementSpec.Input::element)
                .toList();
    }
}
