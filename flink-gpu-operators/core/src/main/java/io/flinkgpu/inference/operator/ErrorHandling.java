package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.DefaultValue;
import io.flinkgpu.inference.ErrorPolicy;
import java.io.Serializable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.OutputTag;

/**
 * What a stage is told about rows that fail.
 *
 * @param deadLetters where they go; null only if the policy sends none there, or for a {@link
 *     RowInference}
 * @param defaults what is emitted in their place; null only if the policy asks for none
 */
@Internal
public record ErrorHandling<IN, OUT>(
        ErrorPolicy policy,
        @Nullable OutputTag<DeadLetter<IN>> deadLetters,
        @Nullable DefaultValue<IN, OUT> defaults)
        implements Serializable {}
