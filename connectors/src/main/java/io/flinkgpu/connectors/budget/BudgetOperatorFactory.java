package io.flinkgpu.connectors.budget;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Creates the operator that holds a job to its budget. */
final class BudgetOperatorFactory extends AbstractStreamOperatorFactory<Void>
        implements OneInputStreamOperatorFactory<BudgetCount, Void> {

    private static final long serialVersionUID = 1L;

    private final BudgetCheck check;

    BudgetOperatorFactory(BudgetCheck check) {
        this.check = check;
    }

    @Override
    // Flink's signature leaves the operator's type to the caller
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <S extends StreamOperator<Void>> S createStreamOperator(
            StreamOperatorParameters<Void> parameters) {
        return (S) new BudgetOperator(parameters, check);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature is raw
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return BudgetOperator.class;
    }
}
