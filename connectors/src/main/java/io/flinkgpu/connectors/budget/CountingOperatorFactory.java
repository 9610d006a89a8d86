package io.flinkgpu.connectors.budget;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Creates the operators that count a stream, chained to what is in front of them. */
final class CountingOperatorFactory<T> extends AbstractStreamOperatorFactory<T>
        implements OneInputStreamOperatorFactory<T, T> {

    private static final long serialVersionUID = 1L;

    private final Passage<T> passage;

    CountingOperatorFactory(Passage<T> passage) {
        this.passage = passage;
    }

    @Override
    // Flink's signature leaves the operator's type to the caller
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <S extends StreamOperator<T>> S createStreamOperator(
            StreamOperatorParameters<T> parameters) {
        return (S) new CountingOperator<>(parameters, passage);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature is raw
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return CountingOperator.class;
    }
}
