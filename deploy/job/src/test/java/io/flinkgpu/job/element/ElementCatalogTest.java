package io.flinkgpu.job.element;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.job.builtin.PrintSink;
import io.flinkgpu.job.config.Key;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElementCatalogTest {

    private final ElementCatalog catalog = ElementCatalog.onClassPath();

    @Test
    void findsElementsByKindAndType() {
        assertThat(catalog.find(ElementKind.SOURCE, "json-lines")).isPresent();
        assertThat(catalog.find(ElementKind.SINK, "json-lines")).isPresent();
        assertThat(catalog.find(ElementKind.STEP, "json-lines")).isEmpty();
        assertThat(catalog.types(ElementKind.STEP))
                .contains("decode-image", "filter", "infer", "map", "union")
                .isSorted();
    }

    @Test
    void everyElementAndKeyIsDescribed() {
        assertThat(catalog.all())
                .allSatisfy(
                        element -> {
                            assertThat(element.description()).endsWith(".");
                            assertThat(element.keys())
                                    .allSatisfy(key -> assertThat(key.description()).endsWith("."));
                            List<String> names = element.keys().stream().map(Key::name).toList();
                            assertThat(new HashSet<>(names)).hasSameSizeAs(names);
                        });
    }

    @Test
    void refusesTwoElementsOfOneType() {
        assertThatThrownBy(() -> ElementCatalog.of(List.of(new PrintSink(), new PrintSink())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot tell sinks of type 'print' apart: ");
    }
}
