package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntimes;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.ModelVersion;
import io.flinkgpu.inference.model.store.ModelStore;
import io.flinkgpu.inference.model.store.OpenModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import javax.annotation.Nullable;

/** A model that this process loads from its location. */
final class LocatedSubject implements Subject {

    private final InspectedModel model;
    private final ModelClient client;

    private LocatedSubject(InspectedModel model, ModelClient client) {
        this.model = model;
        this.client = client;
    }

    /**
     * Loads a version of a model on the processor. Blocks.
     *
     * @param number of the version; null: the latest
     * @param store of the host's files
     * @throws ModelLoadException if it cannot be loaded
     */
    static LocatedSubject load(
            ModelRef asked, @Nullable Long number, ModelHost host, ModelStore store, ModelUse use)
            throws ModelLoadException, InterruptedException {
        SortedMap<Long, ModelVersion> versions = host.versions(asked);
        ModelVersion version = chosen(asked, number, versions);
        ModelClient client = host.acquire(version.ref(), ModelDevice.cpu(), use);
        try {
            ModelReadiness readiness = ready(client);
            InspectedModel model =
                    new InspectedModel(
                            asked.servedName(),
                            asked.location(),
                            asked.runtime(),
                            version.name(),
                            versions.values().stream().map(ModelVersion::name).toList(),
                            readiness.signature(),
                            version.fingerprint().isEmpty() ? null : files(version.ref(), store),
                            new InspectedModel.Loaded(
                                    ModelDevice.cpu().id(),
                                    readiness.memoryBytes(),
                                    readiness.loadTime(),
                                    readiness.description()),
                            0);
            return new LocatedSubject(model, client);
        } catch (ModelLoadException | RuntimeException | InterruptedException failure) {
            client.close();
            throw failure;
        }
    }

    private static ModelVersion chosen(
            ModelRef asked, @Nullable Long number, SortedMap<Long, ModelVersion> versions) {
        ModelVersion version = versions.get(number == null ? versions.lastKey() : number);
        if (version == null) {
            throw new IllegalArgumentException(
                    "Invalid --model-version: %d. Model '%s' has %s."
                            .formatted(number, asked.location(), versions.keySet()));
        }
        return version;
    }

    private static ModelReadiness ready(ModelClient client)
            throws ModelLoadException, InterruptedException {
        try {
            return client.ready().get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof ModelLoadException cause) {
                throw cause;
            }
            throw new IllegalStateException(failure.getCause().getMessage(), failure.getCause());
        }
    }

    private static InspectedModel.Files files(ModelRef version, ModelStore store)
            throws ModelLoadException {
        Optional<Path> code = ModelRuntimes.onClassPath().of(version).codeFile(version);
        String location = code.map(Path::toString).orElse(version.location());
        try (OpenModel open = store.open(location, null)) {
            return new InspectedModel.Files(
                    open.files().files().size(), open.files().bytes(), open.sha256());
        } catch (IOException failure) {
            throw new ModelLoadException(
                    "Cannot read model '%s': %s."
                            .formatted(version.location(), failure.getMessage()),
                    failure);
        }
    }

    @Override
    public InspectedModel model() {
        return model;
    }

    @Override
    public ModelClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }
}
