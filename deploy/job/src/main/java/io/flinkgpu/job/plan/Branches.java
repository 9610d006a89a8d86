package io.flinkgpu.job.plan;

import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.job.redo.Redos;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/** Where the rows of a file go several ways. Dead letters are no rows. */
@Internal
public final class Branches implements Redos.Ways {

    private final PipelineSpec spec;

    /** The elements of the file with all those that rows pass before them. */
    private final Map<String, Set<String>> before = new LinkedHashMap<>();

    /** Those of a file. */
    public Branches(PipelineSpec spec) {
        this.spec = spec;
        // INVARIANT: each element stands behind those whose rows it takes.
        for (ElementSpec element : spec.elements()) {
            Set<String> all = new HashSet<>();
            for (String input : inputs(element)) {
                all.add(input);
                all.addAll(before.getOrDefault(input, Set.of()));
            }
            before.put(element.name(), all);
        }
    }

    /**
     * A way that rows take behind an element whose rows several elements take.
     *
     * @param from the one
     * @param to one of the others
     */
    record Way(String from, String to) {}

    /** All of them. */
    Set<Way> ways() {
        Set<Way> ways = new LinkedHashSet<>();
        for (ElementSpec element : spec.elements()) {
            for (String input : inputs(element)) {
                if (takers(input) > 1) {
                    ways.add(new Way(input, element.name()));
                }
            }
        }
        return ways;
    }

    /**
     * Whether a row that failed in an element takes a way again: one that leads to the element, or
     * away from it. On all others it has gone on. All are open to that of an unknown element.
     */
    boolean isOpen(Way way, String failed) {
        return !leadTo(failed)
                || failed.equals(way.to())
                || failed.equals(way.from())
                || isBefore(way.to(), failed)
                || isBefore(failed, way.from());
    }

    @Override
    public boolean areAny() {
        return !ways().isEmpty();
    }

    @Override
    public boolean leadTo(String element) {
        return before.containsKey(element);
    }

    @Override
    public boolean areApart(String one, String other) {
        return !one.equals(other) && !isBefore(one, other) && !isBefore(other, one);
    }

    private boolean isBefore(String one, String other) {
        return before.getOrDefault(other, Set.of()).contains(one);
    }

    private long takers(String element) {
        return spec.elements().stream()
                .flatMap(each -> inputs(each).stream())
                .filter(element::equals)
                .count();
    }

    private static List<String> inputs(ElementSpec element) {
        return element.inputs().stream()
                .filter(input -> !input.isDeadLetters())
                .map(ElementSpec.Input::element)
                .toList();
    }
}
