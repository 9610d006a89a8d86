package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.ModelClient;

/** A model that is being looked at, and that can be run. One thread. */
interface Subject extends AutoCloseable {

    /** What it is. */
    InspectedModel model();

    /** Runs batches on it; closed with the subject. */
    ModelClient client();

    @Override
    void close();
}
