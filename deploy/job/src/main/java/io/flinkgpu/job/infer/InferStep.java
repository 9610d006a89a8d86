package io.flinkgpu.job.infer;

import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.config.LayeredOptions;
import io.flinkgpu.inference.reuse.ReuseConfig;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.RowSchema;
import io.flinkgpu.resources.StageProfile;
import java.util.List;
import java.util.Optional;
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
        Configuration ofStep = InferKeys.options(context.config());
        Configuration options = LayeredOptions.of(context.file().options(), ofStep.toMap());
        checkOptions(context, options);
        checkProfile(context);
        return SeenModel.look(context, options)
                .flatMap(model -> plan(model, ofStep, context))
                .orElse(PlannedElement.UNKNOWN);
    }

    private static Optional<PlannedElement> plan(
            SeenModel model, Configuration ofStep, ElementContext context) {
        Config config = context.config();
        List<InputBinding> inputs =
                new ModelInputs(context, config.at(InferKeys.INPUTS), model.signature())
                        .bind(config.get(InferKeys.INPUTS));
        List<OutputBinding> outputs =
                new ModelOutputs(context.name(), config.at(InferKeys.OUTPUTS), model.signature())
                        .bind(config.get(InferKeys.OUTPUTS));
        RowSchema output = output(context, outputs);
        if (outputs.size() < config.get(InferKeys.OUTPUTS).size()) {
            return Optional.empty();
        }
        InferStage stage =
                new InferStage(
                        model.ref(),
                        ofStep,
                        context.profile(),
                        inputs,
                        outputs,
                        context.input(),
                        output);
        return Optional.of(PlannedElement.of(output, stage::build).withNotes(model.notes()));
    }

    private static RowSchema output(ElementContext context, List<OutputBinding> outputs) {
        List<String> dropped = context.config().find(InferKeys.DROP).orElse(List.of());
        dropped.forEach(name -> context.requireInput(name, context.config().at(InferKeys.DROP)));
        return context.input()
                .without(dropped)
                .with(outputs.stream().map(OutputBinding::toField).toList());
    }

    private static void checkOptions(ElementContext context, Configuration options) {
        try {
            InferenceConfig unused = InferenceConfig.from(options);
            ReuseConfig unusedReuse = ReuseConfig.from(options);
        } catch (IllegalArgumentException | IllegalConfigurationException invalid) {
            context.config().object().problem(invalid.getMessage());
        }
    }

    private static void checkProfile(ElementContext context) {
        StageProfile profile = context.profile();
        if (profile != null && profile.gpus() > 1) {
            context.config()
                    .object()
                    .problem(
                            "Invalid profile '%s' of step '%s': it has %s GPUs. A subtask of inference uses one device or a share of it: use at most 1 and raise the parallelism."
                                    .formatted(profile.name(), context.name(), profile.gpus()));
        }
    }
}
