package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.pool.server.ReplicaRequest;
import java.util.Map;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Creates the replica of each subtask, and the pool's registry. */
final class ReplicaOperatorFactory extends AbstractStreamOperatorFactory<Byte>
        implements OneInputStreamOperatorFactory<Byte, Byte>, CoordinatedOperatorFactory<Byte> {

    private static final long serialVersionUID = 1L;

    private final ReplicaRequest request;
    private final Map<String, String> jobOptions;

    ReplicaOperatorFactory(ReplicaRequest request, Map<String, String> jobOptions) {
        this.request = request;
        this.jobOptions = Map.copyOf(jobOptions);
    }

    @Override
    // Flink's signature leaves the operator's type to the caller
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T extends StreamOperator<Byte>> T createStreamOperator(
            StreamOperatorParameters<Byte> parameters) {
        return (T) new ReplicaOperator(parameters, request);
    }

    @Override
    public OperatorCoordinator.Provider getCoordinatorProvider(
            String operatorName, OperatorID operatorId) {
        return new PoolCoordinator.Provider(operatorId, jobOptions, request.usesGpu());
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature is raw
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return ReplicaOperator.class;
    }
}
