package io.flinkgpu.state.ledger;

import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * How a run was submitted.
 *
 * @param place in the words of the command that submitted it; empty: not known
 * @param flink the root of the REST API of the Flink that took it; empty: not known
 * @param program null: not known
 */
@Internal
public record Submission(String place, String flink, @Nullable Program program) {}
