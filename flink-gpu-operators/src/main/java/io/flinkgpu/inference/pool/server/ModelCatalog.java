package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.pool.ServedModel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a server serves, by name and version. Safe for use by many threads. */
final class ModelCatalog {

    /** Versions are numbers in practice; others come first, in the order of their letters. */
    private static final Comparator<String> BY_VERSION =
            Comparator.comparingLong(ModelCatalog::number).thenComparing(Comparator.naturalOrder());

    private final CopyOnWriteArrayList<ServedVersion> versions = new CopyOnWriteArrayList<>();

    void addAll(List<ServedVersion> added) {
        versions.addAll(added);
    }

    void removeAll(List<ServedVersion> removed) {
        versions.removeAll(removed);
    }

    List<ServedVersion> all() {
        return List.copyOf(versions);
    }

    /** Whether everything is ready for requests, and there is something. */
    boolean isReady() {
        return !versions.isEmpty()
                && versions.stream()
                        .filter(version -> !version.isDraining())
                        .allMatch(ServedVersion::takesRequests)
                && versions.stream().anyMatch(ServedVersion::takesRequests);
    }

    /** Whether a request for the model would be taken. */
    boolean isReady(ServedModel wanted) {
        return versions.stream()
                .anyMatch(version -> version.model().answers(wanted) && version.takesRequests());
    }

    /** Versions of a model, lowest first. */
    List<String> versionsOf(String name) {
        TreeSet<String> found = new TreeSet<>(BY_VERSION);
        versions.stream()
                .map(ServedVersion::model)
                .filter(model -> model.name().equals(name))
                .forEach(model -> found.add(model.version()));
        return List.copyOf(found);
    }

    /**
     * The copy of a model that is to answer: of its highest version unless one is named, where the
     * fewest rows are pending.
     *
     * @throws RequestException {@code NOT_FOUND} if it is not served, {@code UNAVAILABLE} if no
     *     copy takes requests at the moment
     */
    ServedVersion choose(ServedModel wanted) throws RequestException {
        ServedModel exact = resolve(wanted);
        List<ServedVersion> copies =
                versions.stream().filter(version -> version.model().equals(exact)).toList();
        return copies.stream()
                .filter(ServedVersion::takesRequests)
                .min(Comparator.comparingInt(ServedVersion::pendingRows))
                .orElseThrow(() -> unavailable(exact, copies));
    }

    /**
     * Any copy of a model that is loaded, also one that takes no requests.
     *
     * @throws RequestException as {@link #choose} does
     */
    ServedVersion loaded(ServedModel wanted) throws RequestException {
        ServedModel exact = resolve(wanted);
        List<ServedVersion> copies =
                versions.stream().filter(version -> version.model().equals(exact)).toList();
        return copies.stream()
                .filter(ServedVersion::isLoaded)
                .findFirst()
                .orElseThrow(() -> unavailable(exact, copies));
    }

    private ServedModel resolve(ServedModel wanted) throws RequestException {
        List<String> found = versionsOf(wanted.name());
        if (found.isEmpty()
                || (!wanted.version().equals(ServedModel.LATEST)
                        && !found.contains(wanted.version()))) {
            throw RequestException.of(
                    Status.NOT_FOUND,
                    "Cannot find model %s. This replica serves %s.".formatted(wanted, names()));
        }
        return wanted.version().equals(ServedModel.LATEST)
                ? new ServedModel(wanted.name(), found.get(found.size() - 1))
                : wanted;
    }

    private List<String> names() {
        return new ArrayList<>(
                new TreeSet<>(
                        versions.stream().map(version -> version.model().toString()).toList()));
    }

    private static RequestException unavailable(ServedModel model, List<ServedVersion> copies) {
        String reason =
                copies.stream().allMatch(ServedVersion::isDraining)
                        ? "this replica is draining"
                        : copies.stream().noneMatch(ServedVersion::isLoaded)
                                ? "it is still loading"
                                : "its device does not answer";
        return RequestException.of(
                Status.UNAVAILABLE, "Cannot run model %s: %s.".formatted(model, reason));
    }

    private static long number(String version) {
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException notANumber) {
            return Long.MIN_VALUE;
        }
    }
}
