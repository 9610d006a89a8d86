package io.flinkgpu.job.text;

import io.flinkgpu.connectors.text.TextTokenizer;
import io.flinkgpu.connectors.text.Tokenization;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowMapping;
import io.flinkgpu.job.row.RowSchema;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/** Step {@code tokenize}: a text as the tokens that a model takes. */
@PublicEvolving
public final class TokenizeStep implements PipelineElement {

    /** The fields that it adds, as exported models name their inputs. */
    static final List<String> TOKENS = List.of("input_ids", "attention_mask", "token_type_ids");

    private static final Key<String> TOKENIZER =
            Key.of("tokenizer", ValueTypes.path())
                    .required()
                    .describedAs("The model's tokenizer.json, where every task manager finds it.");

    private static final Key<Integer> MAX_LENGTH =
            Key.of("max-length", ValueTypes.integer(1))
                    .required()
                    .describedAs("The most tokens of a text, special ones included; more are cut.");

    private static final Key<Boolean> PADDING =
            Key.of("padding", ValueTypes.truth())
                    .orElse(true)
                    .describedAs(
                            "Whether shorter texts are filled up to max-length, so that all rows have one shape.");

    private static final Key<Boolean> SPECIAL_TOKENS =
            Key.of("special-tokens", ValueTypes.truth())
                    .orElse(true)
                    .describedAs("Whether tokens such as [CLS] and [SEP] are added.");

    private static final Key<String> FIELD =
            Key.of("field", ValueTypes.field())
                    .orElse("text")
                    .describedAs("The field with the text.");

    private static final Key<Boolean> KEEP =
            Key.of("keep", ValueTypes.truth())
                    .orElse(true)
                    .describedAs("Whether the text stays in the row.");

    @Override
    public ElementKind kind() {
        return ElementKind.STEP;
    }

    @Override
    public String type() {
        return "tokenize";
    }

    @Override
    public String description() {
        return "Adds the tokens of a text: input_ids, attention_mask and token_type_ids, as int64 (array<bigint>). A row without a text is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(TOKENIZER, MAX_LENGTH, PADDING, SPECIAL_TOKENS, FIELD, KEEP);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        String field = config.get(FIELD);
        context.requireInput(field, FieldType.STRING, config.at(FIELD));
        Tokenization tokenization =
                new Tokenization(
                        context.resolve(config.get(TOKENIZER)),
                        config.get(MAX_LENGTH),
                        config.get(PADDING),
                        config.get(SPECIAL_TOKENS));
        requireLoads(tokenization, config);
        Shape shape = config.get(PADDING) ? Shape.of(config.get(MAX_LENGTH)) : null;
        RowSchema kept =
                config.get(KEEP) ? context.input() : context.input().without(Set.of(field));
        RowSchema output = kept.with(tokens(shape));
        RowMapping mapping = new RowMapping(context.input(), TOKENS, output);
        TokenizeRowsFunction.Settings settings =
                new TokenizeRowsFunction.Settings(
                        tokenization, context.input().indexOf(field), mapping);
        return PlannedElement.of(output, build -> add(settings, context.input(), output, build));
    }

    /** Looks at the file now rather than when a subtask starts. */
    private static void requireLoads(Tokenization tokenization, Config config) {
        try {
            new TextTokenizer(tokenization).close();
        } catch (IOException unreadable) {
            config.at(TOKENIZER)
                    .problem(
                            "Cannot read '%s': %s."
                                    .formatted(tokenization.tokenizer(), unreadable.getMessage()));
        } catch (IllegalArgumentException invalid) {
            config.at(TOKENIZER).problem(invalid.getMessage());
        } catch (NoClassDefFoundError missing) {
            config.at(TOKENIZER)
                    .problem(
                            "Cannot tokenize: the library ai.djl.huggingface:tokenizers is not on the class path. Add it to lib/.");
        }
    }

    private static List<Field> tokens(@Nullable Shape shape) {
        return TOKENS.stream().map(name -> new Field(name, FieldType.BIGINTS, shape)).toList();
    }

    private static ElementOutput add(
            TokenizeRowsFunction.Settings settings,
            RowSchema input,
            RowSchema output,
            BuildContext context) {
        return context.process(
                new TokenizeRowsFunction(
                        settings,
                        new DeadLetterRows(context.name(), input),
                        context.takesDeadLetters()),
                output);
    }
}
