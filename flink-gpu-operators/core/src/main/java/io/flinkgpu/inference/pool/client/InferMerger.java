package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the rows of several batches in one request, without a copy. Safe for use by many threads.
 */
enum InferMerger implements RoutedCall.Merger<InferRequest, InferResponse> {
    /** All requests merge by the same. */
    INSTANCE;

    @Override
    public boolean merges(InferRequest one, InferRequest other) {
        return one.model().equals(other.model())
                && one.parameters().equals(other.parameters())
                && one.outputs().equals(other.outputs())
                && one.inputs().hasSameRowsAs(other.inputs());
    }

    @Override
    public long byteSize(InferRequest request) {
        return request.inputs().byteSize();
    }

    /** It has the id of the first, which is for people who trace it. */
    @Override
    public InferRequest merge(List<InferRequest> requests) {
        InferRequest first = requests.get(0);
        List<TensorBatch> parts = requests.stream().map(InferRequest::inputs).toList();
        return new InferRequest(
                first.model(), first.id(), first.parameters(), parts, first.outputs());
    }

    @Override
    public List<InferResponse> split(InferResponse response, List<InferRequest> requests) {
        try (response) {
            List<Integer> rows = requests.stream().map(InferRequest::rows).toList();
            List<InferResponse> responses = new ArrayList<>(rows.size());
            for (TensorBatch outputs : response.outputs().split(rows)) {
                responses.add(
                        new InferResponse(
                                response.model(), response.id(), response.parameters(), outputs));
            }
            return responses;
        }
    }
}
