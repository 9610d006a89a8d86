package io.flinkgpu.job.file;

import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.element.ElementKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the elements of a file are connected: every input exists, no element waits for itself, and no
 * rows go nowhere.
 */
final class Wiring {

    private final Map<String, ElementSpec> byName = new LinkedHashMap<>();
    private final Set<String> unreadable;

    /**
     * Adds a problem for each name that is used twice.
     *
     * @param unreadable names of elements that have problems and are not among the others
     */
    Wiring(List<ElementSpec> elements, Set<String> unreadable) {
        this.unreadable = unreadable;
        for (ElementSpec element : elements) {
            ElementSpec first = byName.putIfAbsent(element.name(), element);
            if (first != null) {
                element.value()
                        .get(ElementKeys.NAME.name())
                        .problem(
                                "Invalid name '%s': the %s on line %d has it already. Give each element a name of its own."
                                        .formatted(
                                                element.name(),
                                                first.kind().word(),
                                                first.value().line()));
            }
        }
    }

    /** The elements, each behind those whose rows it takes; adds a problem for what is wrong. */
    List<ElementSpec> inOrder() {
        byName.values().forEach(this::checkInputs);
        requireReaders();
        Set<ElementSpec> ordered = new LinkedHashSet<>();
        for (ElementSpec element : byName.values()) {
            visit(element, ordered, new ArrayList<>());
        }
        return List.copyOf(ordered);
    }

    private void checkInputs(ElementSpec element) {
        for (int i = 0; i < element.inputs().size(); i++) {
            boolean isList = element.inputValue().node().isArray();
            checkInput(
                    element.inputs().get(i),
                    isList ? element.inputValue().get(i) : element.inputValue());
        }
    }

    private void checkInput(ElementSpec.Input input, Value at) {
        ElementSpec from = byName.get(input.element());
        if (from == null) {
            if (!unreadable.contains(input.element())) {
                at.invalid(
                        "There is no such element. "
                                + NearestName.suggest(input.element(), emitters()));
            }
        } else if (from.kind() == ElementKind.SINK) {
            at.invalid("It is a sink, which emits no rows. Name a source or a step.");
        } else if (input.isDeadLetters() && !from.element().hasDeadLetters()) {
            at.invalid(
                    "A %s of type '%s' has no dead letters. Leave this input out."
                            .formatted(from.kind().word(), from.element().type()));
        }
    }

    private List<String> emitters() {
        return byName.values().stream()
                .filter(element -> element.kind() != ElementKind.SINK)
                .map(ElementSpec::name)
                .toList();
    }

    private void requireReaders() {
        Set<String> read = new TreeSet<>();
        byName.values().stream()
                .flatMap(element -> element.inputs().stream())
                .filter(input -> !input.isDeadLetters())
                .forEach(input -> read.add(input.element()));
        for (ElementSpec element : byName.values()) {
            if (element.kind() != ElementKind.SINK && !read.contains(element.name())) {
                element.value()
                        .problem(
                                "Invalid %s: no element takes its rows. Add a sink with input: %s, or remove it."
                                        .formatted(element.subject(), element.name()));
            }
        }
    }

    private void visit(ElementSpec element, Set<ElementSpec> ordered, List<String> path) {
        if (ordered.contains(element)) {
            return;
        }
        if (path.contains(element.name())) {
            List<String> cycle = path.subList(path.indexOf(element.name()), path.size());
            element.inputValue()
                    .problem(
                            "Invalid input of %s: its rows come back to itself, by %s -> %s. Take one of these inputs away."
                                    .formatted(
                                            element.subject(),
                                            String.join(" -> ", cycle),
                                            element.name()));
            return;
        }
        path.add(element.name());
        for (ElementSpec.Input input : element.inputs()) {
            ElementSpec from = byName.get(input.element());
            if (from != null) {
                visit(from, ordered, path);
            }
        }
        path.remove(path.size() - 1);
        ordered.add(element);
    }
}
