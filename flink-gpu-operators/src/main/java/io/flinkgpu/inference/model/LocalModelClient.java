package io.flinkgpu.inference.model;

/** A client of a model in this process, which can look at it. */
public interface LocalModelClient extends ModelClient {

    /** What the model is doing; any thread, returns at once. */
    ModelActivity activity();
}
