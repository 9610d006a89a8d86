package io.flinkgpu.inference.model;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Loads what a test gives it, and counts. */
public final class TestingModelRuntime implements ModelRuntime {

    public static final String NAME = "testing";

    private final Loader loader;
    private final AtomicInteger loads = new AtomicInteger();

    public TestingModelRuntime(Loader loader) {
        this.loader = loader;
    }

    /** How a load goes. */
    @FunctionalInterface
    public interface Loader {
        LoadedModel load() throws Exception;
    }

    /** A reference that this runtime loads. */
    public static ModelRef ref(String location) {
        return new ModelRef(NAME, location, ModelRef.DEFAULT_SIGNATURE, Map.of());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        loads.incrementAndGet();
        try {
            return loader.load();
        } catch (ModelLoadException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new ModelLoadException(failure.getMessage(), failure);
        }
    }

    public int loads() {
        return loads.get();
    }
}
