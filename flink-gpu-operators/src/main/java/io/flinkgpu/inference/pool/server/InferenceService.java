package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.Deadline;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.pool.protocol.InferParameters;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Answers requests, whichever wire they come by.
 *
 * <p>Safe for use by many threads; never blocks. Answers complete on the model's threads.
 */
final class InferenceService {

    private final ModelCatalog catalog;
    private final ResultCache cache;
    private final ServerCounters counters;

    InferenceService(ModelCatalog catalog, ResultCache cache, ServerCounters counters) {
        this.catalog = catalog;
        this.cache = cache;
        this.counters = counters;
    }

    /**
     * Answers a request, which it closes. Cancelling the future gives the request up.
     *
     * @return fails with {@link RequestException}, or is cancelled
     */
    CompletableFuture<InferResponse> infer(InferRequest request, Deadline deadline) {
        counters.requested();
        CompletableFuture<InferResponse> answer;
        try {
            answer = start(request, deadline);
        } catch (RequestException refused) {
            request.close();
            answer = CompletableFuture.failedFuture(refused);
        }
        CompletableFuture<?> unused = answer.whenComplete(this::count);
        return answer;
    }

    private CompletableFuture<InferResponse> start(InferRequest request, Deadline deadline)
            throws RequestException {
        ServedVersion version = catalog.choose(request.model());
        ResultCache.Key key = new ResultCache.Key(version.model(), request.id(), request.outputs());
        boolean cacheable = allowsCached(request);
        Optional<TensorBatch> known = cacheable ? cache.get(key) : Optional.empty();
        if (known.isPresent()) {
            request.close();
            return CompletableFuture.completedFuture(
                    new InferResponse(
                            version.model(),
                            request.id(),
                            Map.of(InferParameters.CACHED, true),
                            known.get()));
        }
        CompletableFuture<InferenceResult> run = version.infer(request.inputs(), deadline);
        CompletableFuture<InferResponse> answer =
                run.handle(
                        (result, failure) -> {
                            if (failure != null) {
                                throw new CompletionException(asRequestException(failure));
                            }
                            if (cacheable) {
                                cache.put(key, result.outputs());
                            }
                            return response(version, request, result);
                        });
        return cancelling(answer, run);
    }

    /** A future whose cancellation reaches the run; a late answer is closed. */
    private static CompletableFuture<InferResponse> cancelling(
            CompletableFuture<InferResponse> answer, CompletableFuture<?> run) {
        CompletableFuture<InferResponse> outer = new CompletableFuture<>();
        CompletableFuture<?> inner =
                answer.whenComplete(
                        (response, failure) -> {
                            boolean taken =
                                    failure == null
                                            ? outer.complete(response)
                                            : outer.completeExceptionally(unwrapped(failure));
                            if (!taken && response != null) {
                                response.close();
                            }
                        });
        CompletableFuture<?> cancelled =
                outer.whenComplete(
                        (response, failure) -> {
                            if (outer.isCancelled() && !inner.isDone()) {
                                run.cancel(false);
                            }
                        });
        return cancelled == null ? answer : outer;
    }

    private static InferResponse response(
            ServedVersion version, InferRequest request, InferenceResult result) {
        Map<String, Object> parameters =
                Map.of(
                        InferParameters.QUEUE_NANOS, result.queueNanos(),
                        InferParameters.RUN_NANOS, result.runNanos(),
                        InferParameters.DEVICE_BATCH_ROWS, (long) result.deviceBatchRows());
        try {
            return new InferResponse(
                    version.model(),
                    request.id(),
                    parameters,
                    selected(result.outputs(), request.outputs()));
        } catch (ShapeMismatchException unknownOutput) {
            result.outputs().close();
            throw new CompletionException(
                    RequestException.of(Status.INVALID_ARGUMENT, unknownOutput));
        }
    }

    private static TensorBatch selected(TensorBatch outputs, List<String> wanted) {
        if (wanted.isEmpty()) {
            return outputs;
        }
        Map<String, Tensor> kept = new LinkedHashMap<>();
        wanted.forEach(name -> kept.put(name, outputs.tensor(name)));
        outputs.tensors()
                .forEach(
                        (name, tensor) -> {
                            if (!kept.containsKey(name)) {
                                tensor.close();
                            }
                        });
        return TensorBatch.of(kept);
    }

    private static boolean allowsCached(InferRequest request) {
        return !request.id().isEmpty()
                && Boolean.TRUE.equals(request.parameters().get(InferParameters.ALLOW_CACHED));
    }

    private static Exception asRequestException(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof RequestException already) {
            return already;
        }
        if (cause instanceof CancellationException) {
            return RequestException.of(Status.CANCELLED, "The client gave the request up.");
        }
        if (cause instanceof DeadlineExceededException) {
            return RequestException.of(Status.DEADLINE_EXCEEDED, cause);
        }
        if (cause instanceof ShapeMismatchException) {
            return RequestException.of(Status.INVALID_ARGUMENT, cause);
        }
        return RequestException.of(Status.INTERNAL, cause);
    }

    private void count(InferResponse response, Throwable failure) {
        if (response != null) {
            counters.answered(
                    response.outputs().rows(),
                    response.parameters().containsKey(InferParameters.CACHED));
        } else {
            Throwable cause = unwrapped(failure);
            counters.failed(
                    cause instanceof RequestException refused
                            ? refused.status().getCode()
                            : Status.Code.CANCELLED);
        }
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
