package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.reuse.ReuseConfig;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * What an inference operator is told about the reuse of answers.
 *
 * @param content which rows are equal; the operator's input is keyed by it
 */
@Internal
public record ReuseSpec<IN>(RowContent<IN> content, ReuseConfig config) implements Serializable {}
