package io.flinkgpu.job.infer;

import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.config.LayeredOptions;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;

/** Step {@code infer}: asks a model. */
@PublicEvolving
public final class InferStep implements PipelineElement {

    @Override
    public ElementKind kind() {
        return ElementKind.STEP;
    }

    @Override
    public String type() {
        return "infer";
    }

    @Override
    public String description() {
        return "Asks a model. Its rows have the fields of the input, without those to drop, and behind them those of the model's outputs. A row that the model cannot answer is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return InferKeys.ALL;
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Configuration options = InferKeys.options(context.config());
        checkOptions(context, options);
        return model(context)
                .flatMap(model -> plan(model, options, context))
                .orElse(PlannedElement.UNKNOWN);
    }

    private static Optional<PlannedElement> plan(
            ModelRef model, Configuration options, ElementContext context) {
        return signature(model, options, context)
                .flatMap(
                        signature ->
                                stage(model, signature, options, context)
                                        .map(
                                                stage ->
                                                        PlannedElement.of(
                                                                        stage.output(),
                                                                        stage::build)
                                                                .withNotes(
                                                                        notes(model, signature))));
    }

    private static Optional<InferStage> stage(
            ModelRef model,
            ModelSignature signature,
            Configuration options,
            ElementContext context) {
        Config config = context.config();
        List<InputBinding> inputs =
                new ModelInputs(context, config.at(InferKeys.INPUTS), signature)
                        .bind(config.get(InferKeys.INPUTS));
        List<OutputBinding> outputs =
                new ModelOutputs(context.name(), config.at(InferKeys.OUTPUTS), signature)
                        .bind(config.get(InferKeys.OUTPUTS));
        RowSchema output = output(context, outputs);
        boolean isKnown = outputs.size() == config.get(InferKeys.OUTPUTS).size();
        return isKnown
                ? Optional.of(
                        new InferStage(
                                model,
                                options,
                                context.profile(),
                                inputs,
                                outputs,
                                context.input(),
                                output))
                : Optional.empty();
    }

    private static List<String> notes(ModelRef model, ModelSignature signature) {
        return signature.isOpen()
                ? List.of("model " + model + ", whose inputs and outputs are not known here")
                : List.of(
                        "model " + model,
                        "takes " + describe(signature.inputs()),
                        "gives " + describe(signature.outputs()));
    }

    private static String describe(List<TensorSpec> tensors) {
        return tensors.stream()
                .map(tensor -> tensor.name() + " " + tensor)
                .collect(Collectors.joining(", "));
    }

    private static RowSchema output(ElementContext context, List<OutputBinding> outputs) {
        List<String> dropped = context.config().find(InferKeys.DROP).orElse(List.of());
        dropped.forEach(name -> context.requireInput(name, context.config().at(InferKeys.DROP)));
        return context.input()
                .without(dropped)
                .with(outputs.stream().map(OutputBinding::toField).toList());
    }

    private static Optional<ModelRef> model(ElementContext context) {
        Config config = context.config();
        try {
            ModelRef model =
                    ModelLocations.resolve(
                            ModelRef.parse(config.get(InferKeys.MODEL)),
                            context.file().directory());
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

    /**
     * An open one where the model cannot be looked at and the file says all that it would; empty
     * with a problem where the file does not.
     */
    private static Optional<ModelSignature> signature(
            ModelRef model, Configuration options, ElementContext context) {
        try {
            return Optional.of(context.file().signatures().of(model, pools(options, context)));
        } catch (Exception unreachable) {
            boolean isTold =
                    context.config().get(InferKeys.OUTPUTS).values().stream()
                            .allMatch(output -> output.type() != null);
            if (isTold) {
                return Optional.of(ModelSignature.open(model.signature()));
            }
            context.config()
                    .at(InferKeys.MODEL)
                    .problem(
                            "%s To go on without a look at the model, give each output its type, such as {tensor: NAME, type: array<float>}."
                                    .formatted(reason(unreachable)));
            return Optional.empty();
        }
    }

    private static String reason(Exception failure) {
        String message =
                failure.getMessage() == null ? failure.toString() : failure.getMessage().strip();
        return message.endsWith(".") ? message : message + ".";
    }

    private static List<String> pools(Configuration options, ElementContext context) {
        Configuration all = all(options, context);
        boolean isSeparated =
                all.getOptional(InferenceOptions.MODE).orElse(context.file().mode())
                        == InferenceMode.SEPARATED;
        return isSeparated ? all.getOptional(PoolOptions.ADDRESSES).orElse(List.of()) : List.of();
    }

    private static Configuration all(Configuration options, ElementContext context) {
        return LayeredOptions.of(Configuration.fromMap(context.file().options()), options.toMap());
    }

    private static void checkOptions(ElementContext context, Configuration options) {
        try {
            InferenceConfig unused = InferenceConfig.from(all(options, context));
        } catch (IllegalArgumentException | IllegalConfigurationException invalid) {
            context.config().object().problem(invalid.getMessage());
        }
        if (context.profile() != null && context.profile().gpus() > 1) {
            context.config()
                    .object()
                    .problem(
                            "Invalid profile '%s' of step '%s': it has %s GPUs. A subtask of inference uses one device or a share of it: use at most 1 and raise the parallelism."
                                    .formatted(
                                            context.profile().name(),
                                            context.name(),
                                            context.profile().gpus()));
        }
    }
}
