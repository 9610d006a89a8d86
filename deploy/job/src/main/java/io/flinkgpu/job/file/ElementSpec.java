package io.flinkgpu.job.file;

import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * What a file says about one element.
 *
 * @param name unique in its file
 * @param element its type
 * @param inputs whose rows it takes; none for a source
 * @param profile name of its profile; null: Flink's default slots
 * @param parallelism 0: the file's
 * @param config what stands under its key {@code config}; incomplete where that has problems
 * @param value the element itself, for problems
 */
@Internal
public record ElementSpec(
        String name,
        PipelineElement element,
        List<Input> inputs,
        @Nullable String profile,
        int parallelism,
        Config config,
        Value value) {

    private static final String DEAD_LETTERS = ".dead-letters";

    /**
     * A stream that an element takes.
     *
     * @param element whose
     * @param isDeadLetters whether its dead letters, not its rows
     */
    public record Input(String element, boolean isDeadLetters) {

        static Input parse(String text) {
            return text.endsWith(DEAD_LETTERS)
                    ? new Input(text.substring(0, text.length() - DEAD_LETTERS.length()), true)
                    : new Input(text, false);
        }

        @Override
        public String toString() {
            return isDeadLetters ? element + DEAD_LETTERS : element;
        }
    }

    /** Where it stands in the pipeline. */
    public ElementKind kind() {
        return element.kind();
    }

    /** What messages call it, such as {@code step 'decode'}. */
    public String subject() {
        return "%s '%s'".formatted(kind().word(), name);
    }

    /** Where the file says whose rows it takes. */
    public Value inputValue() {
        return value.get(ElementKeys.INPUT.name());
    }
}
