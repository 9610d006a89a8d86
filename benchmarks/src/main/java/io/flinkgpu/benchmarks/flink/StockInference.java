package io.flinkgpu.benchmarks.flink;

import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Calls one server after the other, one row a call, as a job does that uses Flink's own
 * asynchronous I/O: the result is whether the row was answered.
 *
 * <p>A failure is a result, so that Flink's retry strategy can act on it and the job goes on when
 * all tries have failed.
 */
@Internal
public final class StockInference extends RichAsyncFunction<Long, Boolean> {

    private static final long serialVersionUID = 1L;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final List<ReplicaAddress> servers;
    private final ServedModel model;
    private final Encoder encoder;
    private transient List<ManagedChannel> channels;
    private transient int next;

    /** Makes a request's inputs of a row. */
    @FunctionalInterface
    public interface Encoder extends Serializable {
        /** The inputs of a row, as a batch of one. */
        TensorBatch encode(long row);
    }

    public StockInference(List<ReplicaAddress> servers, ServedModel model, Encoder encoder) {
        this.servers = new ArrayList<>(servers);
        this.model = model;
        this.encoder = encoder;
    }

    @Override
    public void open(OpenContext context) {
        channels = new ArrayList<>();
        for (ReplicaAddress server : servers) {
            channels.add(
                    ManagedChannelBuilder.forAddress(server.host(), server.port())
                            .usePlaintext()
                            .build());
        }
    }

    @Override
    public void asyncInvoke(Long row, ResultFuture<Boolean> result) {
        ManagedChannel channel = channels.get(next++ % channels.size());
        TensorBatch inputs = encoder.encode(row);
        ClientCalls.asyncUnaryCall(
                channel.newCall(
                        InferenceProtocol.modelInfer(
                                new ProtocolLimits(
                                        MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES)),
                        CallOptions.DEFAULT),
                new InferRequest(model, Long.toString(row), Map.of(), inputs, List.of()),
                new Answer(inputs, result));
    }

    @Override
    public void timeout(Long row, ResultFuture<Boolean> result) {
        result.complete(List.of(false));
    }

    @Override
    public void close() {
        if (channels != null) {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    /** Completes a row. */
    private record Answer(TensorBatch inputs, ResultFuture<Boolean> result)
            implements StreamObserver<InferResponse> {

        @Override
        public void onNext(InferResponse response) {
            response.close();
            result.complete(List.of(true));
        }

        @Override
        public void onError(Throwable failure) {
            inputs.close();
            result.complete(List.of(false));
        }

        @Override
        public void onCompleted() {
            inputs.close();
        }
    }
}
