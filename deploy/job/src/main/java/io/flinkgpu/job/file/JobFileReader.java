package io.flinkgpu.job.file;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.config.Problems;
import io.flinkgpu.job.config.Secrets;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.config.Variables;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.FilePaths;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.resources.InvalidProfilesException;
import io.flinkgpu.resources.StageProfiles;
import io.flinkgpu.resources.yaml.YamlTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;

/**
 * Reads a job file, and collects everything that is wrong with it.
 *
 * <p>Single use, single-threaded. What can be read of a file with problems is returned as well, so
 * that the elements' own checks find more of them.
 */
@Internal
public final class JobFileReader {

    private final ElementCatalog catalog;
    private final Map<String, String> environment;
    private final Problems problems;
    private final Set<String> unreadable = new HashSet<>();

    /**
     * A reader.
     *
     * @param environment variables and secrets come from it
     * @param problems where it adds what is wrong
     */
    public JobFileReader(
            ElementCatalog catalog, Map<String, String> environment, Problems problems) {
        this.catalog = catalog;
        this.environment = environment;
        this.problems = problems;
    }

    /**
     * Reads a text.
     *
     * @param directory what relative paths are relative to; absolute
     */
    public PipelineSpec read(String text, Path directory) {
        YamlTree tree = YamlTree.of(text, new Variables(environment));
        tree.problems().forEach(problem -> problems.add(problem.line(), problem.message()));
        Value root = Value.root(tree, Secrets.of(environment), problems);
        if (root.isMissing()) {
            return nothing();
        }
        Config file = Config.read(root, keys());
        StageProfiles profiles = profiles(tree, root);
        List<ElementSpec> elements = elements(root, file);
        boolean haveProblems =
                !root.get(PipelineKeys.PROFILES).isMissing() && profiles.names().isEmpty();
        new ElementProfiles(file, profiles, haveProblems).check(elements);
        Configuration settings =
                JobSettings.of(
                        file, environment, path -> FilePaths.resolve(path, directory).toString());
        requireLetters(file, elements);
        return new PipelineSpec(
                file.find(PipelineKeys.NAME).orElse(""),
                settings.get(InferenceOptions.MODE),
                file.find(PipelineKeys.PARALLELISM).orElse(1),
                profiles,
                settings,
                file.find(PipelineKeys.ERROR_BUDGET).orElse(null),
                new Wiring(elements, unreadable).inOrder());
    }

    /** A syntax error is told already. */
    private PipelineSpec nothing() {
        if (problems.isEmpty()) {
            problems.add(1, "The file is empty. Begin it with name: NAME.");
        }
        return new PipelineSpec(
                "",
                InferenceMode.FUSED,
                1,
                StageProfiles.of(List.of()),
                new Configuration(),
                null,
                List.of());
    }

    /** Where nobody takes dead letters, the first one fails the job anyway. */
    private void requireLetters(Config file, List<ElementSpec> elements) {
        boolean areTaken =
                elements.stream()
                        .flatMap(element -> element.inputs().stream())
                        .anyMatch(ElementSpec.Input::isDeadLetters);
        if (file.says(PipelineKeys.ERROR_BUDGET) && !areTaken && unreadable.isEmpty()) {
            file.at(PipelineKeys.ERROR_BUDGET)
                    .invalid(
                            "No element takes dead letters. Add a sink with input: NAME.dead-letters, or remove it.");
        }
    }

    /** The file's own keys, and those that have readers of their own. */
    private static List<Key<?>> keys() {
        Stream<Key<?>> sections =
                Stream.of(
                                ElementKind.SOURCE.section(),
                                ElementKind.STEP.section(),
                                ElementKind.SINK.section(),
                                PipelineKeys.PROFILES)
                        .map(name -> Key.of(name, new Unread()));
        return Stream.concat(PipelineKeys.ALL.stream(), sections).toList();
    }

    private StageProfiles profiles(YamlTree tree, Value root) {
        if (root.get(PipelineKeys.PROFILES).isMissing()) {
            return StageProfiles.of(List.of());
        }
        try {
            return StageProfiles.fromTree(tree, "");
        } catch (InvalidProfilesException invalid) {
            invalid.found().forEach(problem -> problems.add(problem.line(), problem.message()));
            return StageProfiles.of(List.of());
        }
    }

    private List<ElementSpec> elements(Value root, Config file) {
        List<ElementSpec> elements = new ArrayList<>();
        for (ElementKind kind : ElementKind.values()) {
            Value section = root.get(kind.section());
            if (section.isMissing()) {
                if (kind != ElementKind.STEP) {
                    section.problem(
                            "Invalid %s: there is none. Add at least one %s."
                                    .formatted(kind.section(), kind.word()));
                }
                continue;
            }
            if (!section.node().isArray() || section.node().isEmpty()) {
                section.invalid("It must be a list, each item with name and type.");
                continue;
            }
            for (int i = 0; i < section.node().size(); i++) {
                element(kind, section.get(i), file).ifPresent(elements::add);
            }
        }
        return elements;
    }

    private Optional<ElementSpec> element(ElementKind kind, Value item, Config file) {
        String name = item.get(ElementKeys.NAME.name()).node().asText("");
        Value value =
                item.ownedBy(
                        name.isEmpty()
                                ? "a " + kind.word()
                                : "%s '%s'".formatted(kind.word(), name));
        Key<Object> unread = Key.of(ElementKeys.CONFIG, new Unread());
        Config own =
                Config.read(
                        value,
                        Stream.<Key<?>>concat(ElementKeys.of(kind).stream(), Stream.of(unread))
                                .toList());
        if (!name.isEmpty() && !name.matches("[A-Za-z0-9_-]+")) {
            own.at(ElementKeys.NAME).invalid("It must be of letters, digits, '-' and '_'.");
        }
        Optional<PipelineElement> type = type(kind, own);
        if (type.isEmpty() || name.isEmpty()) {
            unreadable.add(name);
            return Optional.empty();
        }
        Config config =
                Config.read(
                        value.get(ElementKeys.CONFIG).ownedBy(value.subject()), type.get().keys());
        return Optional.of(
                new ElementSpec(
                        name,
                        type.get(),
                        own.find(ElementKeys.INPUT).orElse(List.of()).stream()
                                .map(ElementSpec.Input::parse)
                                .toList(),
                        own.find(ElementKeys.PROFILE)
                                .or(() -> file.find(PipelineKeys.PROFILE))
                                .orElse(null),
                        own.find(ElementKeys.PARALLELISM).orElse(0),
                        config,
                        value));
    }

    private Optional<PipelineElement> type(ElementKind kind, Config own) {
        Optional<String> name = own.find(ElementKeys.TYPE);
        Optional<PipelineElement> type = name.flatMap(known -> catalog.find(kind, known));
        if (name.isPresent() && type.isEmpty()) {
            own.at(ElementKeys.TYPE)
                    .problem(
                            "Invalid type '%s' of %s: there is no such %s. %s"
                                    .formatted(
                                            name.get(),
                                            own.subject(),
                                            kind.word(),
                                            NearestName.suggest(name.get(), catalog.types(kind))));
        }
        return type;
    }
}
