package io.flinkgpu.job;

import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.job.element.ModelSignatures;
import java.util.List;

/** Knows a model 'digits'; one whose location ends in 'open' says nothing about itself. */
final class TestingSignatures implements ModelSignatures {

    @Override
    public ModelSignature of(ModelRef model, List<String> pools) throws ModelLoadException {
        if (model.location().endsWith("open")) {
            return ModelSignature.open("serving_default");
        }
        if (!model.location().endsWith("digits")) {
            throw new ModelLoadException(
                    "Cannot load model '%s': there is no such directory."
                            .formatted(model.location()),
                    null);
        }
        return new ModelSignature(
                "serving_default",
                List.of(new TensorSpec("image", DataType.FLOAT32, Shape.of(-1, 32, 32, 1))),
                List.of(
                        new TensorSpec("probabilities", DataType.FLOAT32, Shape.of(-1, 10)),
                        new TensorSpec("label", DataType.INT64, Shape.of(-1)),
                        new TensorSpec("half", DataType.FLOAT16, Shape.of(-1, 10))));
    }
}
