package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.pool.ServedModel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a server serves: copies by name and version.
 *
 * <p>The latest version is the highest that is loaded. Safe for use by many threads.
 */
final class ModelCatalog {

    private static final int MAX_SHOWN = 8;

    private final TreeMap<String, TreeMap<Long, List<ModelCopy>>> byName = new TreeMap<>();

    synchronized void add(Collection<ModelCopy> copies) {
        for (ModelCopy copy : copies) {
            byName.computeIfAbsent(copy.model().name(), name -> new TreeMap<>())
                    .computeIfAbsent(number(copy), version -> new ArrayList<>())
                    .add(copy);
        }
    }

    synchronized void remove(Collection<ModelCopy> copies) {
        for (ModelCopy copy : copies) {
            byName.computeIfPresent(
                    copy.model().name(),
                    (name, versions) -> {
                        versions.computeIfPresent(
                                number(copy), (version, list) -> without(list, copy));
                        return versions.isEmpty() ? null : versions;
                    });
        }
    }

    /**
     * The copies of a model, at least one.
     *
     * @throws io.grpc.StatusRuntimeException {@code NOT_FOUND} if it is not served
     */
    synchronized List<ModelCopy> find(ServedModel wanted) {
        return look(wanted).orElseThrow(() -> notFound(wanted));
    }

    /** The copies of a model, at least one; empty if it is not served. */
    synchronized Optional<List<ModelCopy>> look(ServedModel wanted) {
        TreeMap<Long, List<ModelCopy>> versions = byName.get(wanted.name());
        if (versions == null) {
            return Optional.empty();
        }
        if (wanted.version().equals(ServedModel.LATEST)) {
            return Optional.of(List.copyOf(latest(versions)));
        }
        return versions.values().stream()
                .filter(copies -> copies.get(0).model().equals(wanted))
                .findFirst()
                .map(List::copyOf);
    }

    /** All that is served, by name and version. */
    synchronized Map<ServedModel, List<ModelCopy>> all() {
        Map<ServedModel, List<ModelCopy>> all = new LinkedHashMap<>();
        for (TreeMap<Long, List<ModelCopy>> versions : byName.values()) {
            versions.values()
                    .forEach(copies -> all.put(copies.get(0).model(), List.copyOf(copies)));
        }
        return all;
    }

    /** The versions of a model that are served, ascending. */
    synchronized List<String> versions(String name) {
        return byName.getOrDefault(name, new TreeMap<>()).keySet().stream()
                .map(String::valueOf)
                .toList();
    }

    /** Whether there is a model, and all that do not drain are ready. */
    synchronized boolean isReady() {
        List<ModelCopy> staying = staying();
        Map<ServedModel, Boolean> ready =
                staying.stream()
                        .collect(
                                Collectors.toMap(
                                        ModelCopy::model, ModelCopy::isReady, (a, b) -> a || b));
        return !ready.isEmpty() && !ready.containsValue(false);
    }

    private List<ModelCopy> staying() {
        return byName.values().stream()
                .flatMap(versions -> versions.values().stream())
                .flatMap(List::stream)
                .filter(copy -> !copy.isDraining())
                .toList();
    }

    private static List<ModelCopy> latest(NavigableMap<Long, List<ModelCopy>> versions) {
        return versions.descendingMap().values().stream()
                .filter(copies -> copies.stream().anyMatch(ModelCopy::isServing))
                .findFirst()
                .orElseGet(() -> versions.lastEntry().getValue());
    }

    private static List<ModelCopy> without(List<ModelCopy> copies, ModelCopy gone) {
        copies.removeIf(copy -> copy == gone);
        return copies.isEmpty() ? null : copies;
    }

    private static long number(ModelCopy copy) {
        return Long.parseLong(copy.model().version());
    }

    /** What to answer to who asks for a model that is not served. */
    synchronized RuntimeException notFound(ServedModel wanted) {
        String served =
                byName.entrySet().stream()
                        .limit(MAX_SHOWN)
                        .map(entry -> entry.getKey() + " " + entry.getValue().keySet())
                        .collect(Collectors.joining(", "));
        if (byName.size() > MAX_SHOWN) {
            served += " and %d more".formatted(byName.size() - MAX_SHOWN);
        }
        return Status.NOT_FOUND
                .withDescription(
                        "Cannot find model '%s': this server has %s."
                                .formatted(wanted, served.isEmpty() ? "none" : served))
                .asRuntimeException();
    }
}
