package io.flinkgpu.inference.model;

import io.flinkgpu.inference.model.store.ModelStore;
import io.flinkgpu.inference.model.store.OpenModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.annotation.Nullable;

/**
 * Loads one model from its files, and holds these until it is closed.
 *
 * <p>Files that change while they are read make no model: it might be half of each. One thread
 * loads; any thread closes, once the model is unloaded.
 */
final class StoredModel implements ModelRuntime, AutoCloseable {

    private final ModelRuntime runtime;
    private final ModelStore store;
    @Nullable private OpenModel open;

    StoredModel(ModelRuntime runtime, ModelStore store) {
        this.runtime = runtime;
        this.store = store;
    }

    @Override
    public String name() {
        return runtime.name();
    }

    @Override
    public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        try {
            if (runtime.modelFiles(model).isEmpty()) {
                return loadAsWritten(model, device);
            }
            return isMissing(model)
                    ? runtime.load(withoutHostOptions(model, model.location()), device)
                    : loadFiles(model, device);
        } catch (IOException failure) {
            throw ModelFinder.unreadable(model, failure);
        }
    }

    /** What a local location misses, its runtime says best. */
    private boolean isMissing(ModelRef model) throws IOException {
        Set<String> modelFiles = runtime.modelFiles(model);
        return store.isLocal(model.location())
                && store.versions(model.location(), modelFiles).isEmpty();
    }

    /** From a location that the runtime alone understands. */
    private LoadedModel loadAsWritten(ModelRef model, ModelDevice device)
            throws IOException, ModelLoadException {
        ModelRef code = withoutHostOptions(model, model.location());
        String sha256 = model.options().get(ModelRef.SHA256);
        Optional<Path> file = runtime.codeFile(model);
        if (file.isPresent()) {
            OpenModel open = store.open(file.get().toString(), sha256);
            hold(open);
            LoadedModel loaded = runtime.load(code, device);
            requireUnchanged(open, loaded);
            return loaded;
        }
        if (sha256 != null) {
            throw new IOException(
                    "its checksum is unknown, because it is not in a file of its own");
        }
        return runtime.load(code, device);
    }

    private LoadedModel loadFiles(ModelRef model, ModelDevice device)
            throws IOException, ModelLoadException {
        OpenModel files = store.open(model.location(), model.options().get(ModelRef.SHA256));
        hold(files);
        String path = files.path().toString();
        LoadedModel loaded;
        try {
            loaded = runtime.load(withoutHostOptions(model, path), device);
        } catch (ModelLoadException failure) {
            if (store.isLocal(model.location())) {
                throw failure;
            }
            throw new ModelLoadException(
                    "Cannot load the copy of model '%s': %s"
                            .formatted(model.location(), failure.getMessage()),
                    failure);
        }
        requireUnchanged(files, loaded);
        return loaded;
    }

    private static void requireUnchanged(OpenModel files, LoadedModel loaded) throws IOException {
        try {
            files.requireUnchanged();
        } catch (IOException changed) {
            loaded.close();
            throw changed;
        }
    }

    private static ModelRef withoutHostOptions(ModelRef model, String location) {
        Map<String, String> options = new TreeMap<>(model.options());
        options.remove(ModelRef.VERSION);
        options.remove(ModelRef.SHA256);
        return new ModelRef(model.runtime(), location, model.signature(), options);
    }

    /** The checksum of its files as far as it is known by now; empty: it has none, or is closed. */
    synchronized Optional<String> knownSha256() {
        return open == null ? Optional.empty() : open.knownSha256();
    }

    private synchronized void hold(OpenModel files) {
        open = files;
    }

    /** Lets go of the files. */
    @Override
    public synchronized void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
