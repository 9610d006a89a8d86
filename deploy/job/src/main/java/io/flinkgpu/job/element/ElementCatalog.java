package io.flinkgpu.job.element;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.flink.annotation.PublicEvolving;

/** The types of elements that there are. */
@PublicEvolving
public final class ElementCatalog {

    private final List<PipelineElement> elements;

    private ElementCatalog(List<PipelineElement> elements) {
        this.elements = elements;
    }

    /**
     * Those of the class path.
     *
     * @throws IllegalStateException if two of a kind have one type
     */
    public static ElementCatalog onClassPath() {
        return of(
                ServiceLoader.load(PipelineElement.class, ElementCatalog.class.getClassLoader())
                        .stream()
                        .map(ServiceLoader.Provider::get)
                        .toList());
    }

    /**
     * These.
     *
     * @throws IllegalStateException if two of a kind have one type
     */
    public static ElementCatalog of(List<PipelineElement> elements) {
        for (PipelineElement element : elements) {
            elements.stream()
                    .filter(other -> other != element && isSame(element, other))
                    .findFirst()
                    .ifPresent(other -> refuse(element, other));
        }
        return new ElementCatalog(
                elements.stream()
                        .sorted(
                                Comparator.comparing(PipelineElement::kind)
                                        .thenComparing(PipelineElement::type))
                        .toList());
    }

    /** All of them, by kind and type. */
    public List<PipelineElement> all() {
        return elements;
    }

    /** The types of a kind. */
    public List<String> types(ElementKind kind) {
        return elements.stream()
                .filter(element -> element.kind() == kind)
                .map(PipelineElement::type)
                .toList();
    }

    /** The element of a kind and type. */
    public Optional<PipelineElement> find(ElementKind kind, String type) {
        return elements.stream()
                .filter(element -> element.kind() == kind && element.type().equals(type))
                .findFirst();
    }

    private static boolean isSame(PipelineElement one, PipelineElement other) {
        return one.kind() == other.kind() && one.type().equals(other.type());
    }

    private static void refuse(PipelineElement one, PipelineElement other) {
        throw new IllegalStateException(
                "Cannot tell %ss of type '%s' apart: %s and %s have it. Take one of them from the class path."
                        .formatted(
                                one.kind().word(),
                                one.type(),
                                one.getClass().getName(),
                                other.getClass().getName()));
    }
}
