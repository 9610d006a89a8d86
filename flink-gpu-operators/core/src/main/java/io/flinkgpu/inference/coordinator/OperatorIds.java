package io.flinkgpu.inference.coordinator;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.jobgraph.OperatorID;

/** The ids that operators go by in a checkpoint: the generated one, and one that a user gave. */
final class OperatorIds {

    private OperatorIds() {}

    /** Those of one operator. */
    static Set<OperatorID> of(OperatorIDPair operator) {
        return of(Stream.of(operator));
    }

    /** Those of some operators. */
    static Set<OperatorID> of(Stream<OperatorIDPair> operators) {
        return operators
                .flatMap(
                        pair ->
                                Stream.concat(
                                        Stream.of(pair.getGeneratedOperatorID()),
                                        pair.getUserDefinedOperatorID().stream()))
                .collect(Collectors.toSet());
    }
}
