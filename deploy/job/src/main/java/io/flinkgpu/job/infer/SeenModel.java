package io.flinkgpu.job.infer;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.model.LocalModelPath;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Problems;
import io.flinkgpu.job.element.ElementContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;

/**
 * The model that a step names, as it is seen from here.
 *
 * @param signature an open one where the model does not tell, or cannot be looked at
 * @param notes what people want to know of it
 */
record SeenModel(ModelRef ref, ModelSignature signature, List<String> notes) {

    /**
     * Looks at the model of a step; adds a problem where there is none, or where it cannot be
     * looked at and the file does not say what it would tell.
     *
     * @param options of the step over those of the job
     */
    static Optional<SeenModel> look(ElementContext context, Configuration options) {
        return reference(context).flatMap(ref -> look(ref, context, options));
    }

    private static Optional<ModelRef> reference(ElementContext context) {
        Config config = context.config();
        try {
            ModelRef model =
                    LocalModelPath.resolve(
                            ModelRef.parse(config.get(InferKeys.MODEL)),
                            path -> context.file().directory().resolve(path).normalize());
            for (Map.Entry<String, String> option :
                    config.find(InferKeys.MODEL_OPTIONS).orElse(Map.of()).entrySet()) {
                model = model.withOption(option.getKey(), option.getValue());
            }
            if (config.says(InferKeys.VERSION)) {
                model = model.withVersion(config.get(InferKeys.VERSION));
            }
            if (config.says(InferKeys.SHA256)) {
                model = model.withSha256(config.get(InferKeys.SHA256));
            }
            return Optional.of(model);
        } catch (IllegalArgumentException invalid) {
            config.at(InferKeys.MODEL).problem(invalid.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<SeenModel> look(
            ModelRef ref, ElementContext context, Configuration options) {
        try {
            ModelSignature signature = context.file().signatures().of(ref, pools(options));
            return Optional.of(new SeenModel(ref, signature, notes(ref, signature)));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "Cannot look at model '%s': interrupted.".formatted(ref), interrupted);
        } catch (Exception unreachable) {
            return unseen(ref, reason(unreachable), context.config());
        }
    }

    private static List<String> pools(Configuration options) {
        boolean isSeparated = options.get(InferenceOptions.MODE) == InferenceMode.SEPARATED;
        return isSeparated
                ? options.getOptional(PoolOptions.ADDRESSES).orElse(List.of())
                : List.of();
    }

    /** The file may say all that is needed to go on. */
    private static Optional<SeenModel> unseen(ModelRef ref, String reason, Config config) {
        boolean isTold =
                config.get(InferKeys.OUTPUTS).values().stream()
                        .allMatch(output -> output.type() != null);
        if (isTold) {
            return Optional.of(
                    new SeenModel(
                            ref,
                            ModelSignature.open(ref.signature()),
                            List.of("model " + ref, "not checked: " + reason)));
        }
        config.at(InferKeys.MODEL)
                .problem(
                        "%s To go on without a look at the model, give each output its type, such as {tensor: NAME, type: array<float>}."
                                .formatted(reason));
        return Optional.empty();
    }

    private static String reason(Exception failure) {
        String message =
                failure.getMessage() == null ? failure.toString() : failure.getMessage().strip();
        return Problems.sentence(message);
    }

    private static List<String> notes(ModelRef ref, ModelSignature signature) {
        return signature.isOpen()
                ? List.of("model " + ref, "not checked: it does not tell what it takes and gives.")
                : List.of(
                        "model " + ref,
                        "takes " + describe(signature.inputs()),
                        "gives " + describe(signature.outputs()));
    }

    private static String describe(List<TensorSpec> tensors) {
        return tensors.stream()
                .map(tensor -> tensor.name() + " " + tensor)
                .collect(Collectors.joining(", "));
    }
}
