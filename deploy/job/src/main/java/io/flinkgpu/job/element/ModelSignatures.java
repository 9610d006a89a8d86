package io.flinkgpu.job.element;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/** Says what a model takes and gives, so that a file is checked against it before a job runs. */
@PublicEvolving
@FunctionalInterface
public interface ModelSignatures {

    /**
     * Looks at a model. Blocks, perhaps until it is loaded.
     *
     * @param pools those that serve it; empty: it is loaded from its location
     * @throws Exception if it cannot be looked at from here; the message says why
     */
    ModelSignature of(ModelRef model, List<String> pools) throws Exception;
}
