package io.flinkgpu.connectors.mark;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Creates what says that a run has ended. */
final class RunEndOperatorFactory extends AbstractStreamOperatorFactory<String>
        implements OneInputStreamOperatorFactory<String, String> {

    private static final long serialVersionUID = 1L;

    private final String token;

    RunEndOperatorFactory(String token) {
        this.token = token;
    }

    @Override
    // Flink's signature leaves the operator's type to the caller
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <S extends StreamOperator<String>> S createStreamOperator(
            StreamOperatorParameters<String> parameters) {
        return (S) new RunEndOperator(parameters, token);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature is raw
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return RunEndOperator.class;
    }
}
