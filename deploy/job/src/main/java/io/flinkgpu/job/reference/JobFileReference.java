package io.flinkgpu.job.reference;

import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.file.ElementKeys;
import io.flinkgpu.job.file.PipelineKeys;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** The page of all keys of job files, in Markdown. */
@Internal
public final class JobFileReference {

    private final StringBuilder page = new StringBuilder();

    private JobFileReference() {}

    /** The page for the elements of a catalog. */
    public static String of(ElementCatalog catalog) {
        JobFileReference reference = new JobFileReference();
        reference.write(catalog);
        return reference.page.toString();
    }

    private void write(ElementCatalog catalog) {
        page.append(
                """
                # Job file reference

                Generated from the keys that the reader uses; do not edit. [The guide](job-file.md) shows how they go together, and
                `job-file.schema.json` says the same to editors.

                ## The file
                """);
        table(PipelineKeys.ALL);
        page.append(
                """

                Besides these: `profiles`, as in [a file of profiles](profiles.md), and the lists `sources`, `steps` and `sinks`.

                ## Every element
                """);
        table(ElementKeys.of(ElementKind.STEP));
        page.append("\nA source has no `input`. What its type asks for stands under `config`:\n");
        for (ElementKind kind : ElementKind.values()) {
            String section = kind.section();
            page.append(
                    "\n## %s%s\n"
                            .formatted(
                                    Character.toUpperCase(section.charAt(0)),
                                    section.substring(1)));
            catalog.all().stream().filter(element -> element.kind() == kind).forEach(this::element);
        }
    }

    private void element(PipelineElement element) {
        page.append("\n### %s\n%s\n".formatted(element.type(), element.description()));
        if (element.hasDeadLetters()) {
            page.append("Dead letters leave it as `NAME.dead-letters`.\n");
        }
        if (!element.keys().isEmpty()) {
            page.append('\n');
            table(element.keys());
        }
    }

    private void table(List<Key<?>> keys) {
        page.append("| key | value | default | what it does |\n|---|---|---|---|\n");
        keys.forEach(key -> row("", key));
    }

    private <T> void row(String path, Key<T> key) {
        page.append(
                "| `%s%s` | %s | %s | %s |\n"
                        .formatted(
                                path,
                                key.name(),
                                key.type().display().replace("|", "\\|"),
                                key.isRequired()
                                        ? "required"
                                        : key.defaultValue()
                                                .map(value -> key.type().show(value))
                                                .map(
                                                        text ->
                                                                text.isEmpty()
                                                                        ? "none"
                                                                        : "`" + text + "`")
                                                .orElse("none"),
                                key.description().replace("|", "\\|")));
        key.type()
                .keys()
                .forEach(nested -> row(path + key.name() + key.type().pathToKeys(), nested));
    }
}
