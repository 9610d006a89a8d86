package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.coordinator.InferenceCoordinatorProvider;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/**
 * Creates the inference operator of each subtask, always at the head of its chain, and their
 * coordinator.
 */
@Internal
public final class InferenceOperatorFactory<IN, OUT> extends AbstractStreamOperatorFactory<OUT>
        implements OneInputStreamOperatorFactory<IN, OUT>, CoordinatedOperatorFactory<OUT> {

    private static final long serialVersionUID = 1L;

    private final InferenceSpec<IN, OUT> spec;

    public InferenceOperatorFactory(InferenceSpec<IN, OUT> spec) {
        this.spec = spec;
        this.chainingStrategy = ChainingStrategy.HEAD;
    }

    /**
     * Ignores wishes to chain to the predecessor, which would make the operator unsound.
     *
     * @param strategy {@link ChainingStrategy#NEVER} is heeded, anything else means {@link
     *     ChainingStrategy#HEAD}
     */
    @Override
    public void setChainingStrategy(ChainingStrategy strategy) {
        chainingStrategy =
                strategy == ChainingStrategy.NEVER ? ChainingStrategy.NEVER : ChainingStrategy.HEAD;
    }

    @Override
    // Flink's signature leaves the operator's type to the caller
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T extends StreamOperator<OUT>> T createStreamOperator(
            StreamOperatorParameters<OUT> parameters) {
        return (T) new InferenceOperator<>(parameters, spec);
    }

    @Override
    public OperatorCoordinator.Provider getCoordinatorProvider(
            String operatorName, OperatorID operatorId) {
        return new InferenceCoordinatorProvider(
                operatorId,
                operatorName,
                spec.clients().plan(),
                spec.clients().pools(),
                spec.jobOptions(),
                spec.clients().leasesDevices(),
                spec.reuse() != null);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature is raw
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return InferenceOperator.class;
    }
}
