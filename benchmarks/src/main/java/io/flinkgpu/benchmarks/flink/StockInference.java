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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Calls one server after the other, as a job does that uses Flink's own asynchronous I/O: an
 * element is the number of a call, its results say of each of the call's rows whether it was
 * answered.
 *
 * <p>All rows of a call share its fate, as in batch engines. A failure is a result, so that Flink's
 * retry strategy can act on it and the job goes on when all tries have failed.
 */
@Internal
public final class StockInference extends RichAsyncFunction<Long, Boolean> {

    private static final long serialVersionUID = 1L;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final List<ReplicaAddress> servers;
    private final ServedModel model;
    private final Encoder encoder;
    private final int rowsPerCall;
    private transient List<ManagedChannel> channels;
    private transient int next;

    /** Makes a request's inputs of rows. */
    @FunctionalInterface
    public interface Encoder extends Serializable {
        /** The inputs of the rows from a number on. */
        TensorBatch encode(long first, int count);
    }

    /**
     * Calls nobody yet.
     *
     * @param rowsPerCall at least 1
     */
    public StockInference(
            List<ReplicaAddress> servers, ServedModel model, Encoder encoder, int rowsPerCall) {
        this.servers = new ArrayList<>(servers);
        this.model = model;
        this.encoder = encoder;
        this.rowsPerCall = rowsPerCall;
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
    public void asyncInvoke(Long call, ResultFuture<Boolean> result) {
        ManagedChannel channel = channels.get(next++ % channels.size());
        TensorBatch inputs = encoder.encode(call * rowsPerCall, rowsPerCall);
        ClientCalls.asyncUnaryCall(
                channel.newCall(
                        InferenceProtocol.modelInfer(
                                new ProtocolLimits(
                                        MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES)),
                        CallOptions.DEFAULT),
                new InferRequest(model, Long.toString(call), Map.of(), inputs, List.of()),
                new Answer(inputs, rowsPerCall, result));
    }

    @Override
    public void timeout(Long call, ResultFuture<Boolean> result) {
        result.complete(Collections.nCopies(rowsPerCall, false));
    }

    @Override
    public void close() {
        if (channels != null) {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    /** Completes the rows of a call. */
    private record Answer(TensorBatch inputs, int rows, ResultFuture<Boolean> result)
            implements StreamObserver<InferResponse> {

        @Override
        public void onNext(InferResponse response) {
            response.close();
            result.complete(Collections.nCopies(rows, true));
        }

        @Override
        public void onError(Throwable failure) {
            inputs.close();
            result.complete(Collections.nCopies(rows, false));
        }

        @Override
        public void onCompleted() {
            inputs.close();
        }
    }
}
