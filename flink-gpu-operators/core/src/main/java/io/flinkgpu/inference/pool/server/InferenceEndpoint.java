package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.Merging;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferParameters;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Answers the calls of the protocol, whatever they travel by.
 *
 * <p>Every failure is a {@link StatusRuntimeException}. Safe for use by many threads; never blocks.
 */
final class InferenceEndpoint {

    private static final Comparator<ModelActivity> LEAST_BUSY =
            Comparator.comparingInt(ModelActivity::waitingRows)
                    .thenComparingInt(ModelActivity::runningRows);

    private final ModelCatalog catalog;
    private final ResultCache cache;
    private final ServerCounters counters;
    private final ModelReports reports;

    /** A model as its metadata describe it. */
    record Description(
            String name, List<String> versions, String platform, ModelSignature signature) {}

    InferenceEndpoint(ModelCatalog catalog, ResultCache cache, ServerCounters counters) {
        this.catalog = catalog;
        this.cache = cache;
        this.counters = counters;
        this.reports = new ModelReports(catalog);
    }

    boolean isReady() {
        return catalog.isReady();
    }

    /** Whether a model takes requests; fails with {@code NOT_FOUND} if it is not served. */
    boolean isReady(ServedModel model) {
        return catalog.find(model).stream().anyMatch(ModelCopy::isReady);
    }

    /** Whether a model takes requests; empty if it is not served. */
    Optional<Boolean> isReadyIfServed(ServedModel model) {
        return catalog.look(model).map(copies -> copies.stream().anyMatch(ModelCopy::isReady));
    }

    /** The protocol's extensions. */
    ModelReports reports() {
        return reports;
    }

    /** Describes a model; fails with {@code UNAVAILABLE} until it is loaded. */
    Description describe(ServedModel model) {
        ModelCopy copy = loaded(catalog.find(model), model);
        return new Description(
                model.name(),
                catalog.versions(model.name()),
                copy.platform(),
                copy.signature().orElseThrow());
    }

    /** One of the copies that is loaded; fails with {@code UNAVAILABLE} if none is. */
    static ModelCopy loaded(List<ModelCopy> copies, ServedModel model) {
        return copies.stream()
                .filter(copy -> copy.signature().isPresent())
                .findFirst()
                .orElseThrow(() -> FailureStatus.unavailable(model.name(), "it is loading"));
    }

    /**
     * Runs a request, which is closed in any case.
     *
     * <p>Cancelling the future gives the request up. It completes on a thread of the model's host,
     * with a response that the receiver closes.
     */
    CompletableFuture<InferResponse> infer(InferRequest request, Deadline deadline) {
        counters.requested();
        CompletableFuture<InferResponse> answer = new CompletableFuture<>();
        CompletableFuture<?> unused =
                answer.whenComplete(
                        (response, failure) -> {
                            if (failure != null) {
                                counters.failed(FailureStatus.of(failure).getStatus().getCode());
                            }
                        });
        try {
            start(request, deadline, answer);
        } catch (RuntimeException refused) {
            request.close();
            answer.completeExceptionally(FailureStatus.of(refused));
        }
        return answer;
    }

    private void start(
            InferRequest request, Deadline deadline, CompletableFuture<InferResponse> answer) {
        long startNanos = System.nanoTime();
        List<ModelCopy> copies = catalog.find(request.model());
        ServedModel model = copies.get(0).model();
        Optional<TensorBatch> known =
                allowsCached(request)
                        ? cache.get(ResultCache.Key.of(model, request))
                        : Optional.empty();
        if (known.isPresent()) {
            request.close();
            answerFromCache(model, request, known.get(), answer);
            copies.get(0).statistics().answeredFromCache(System.nanoTime() - startNanos);
            return;
        }
        ModelCopy copy = choose(copies, model);
        ModelSignature signature = copy.signature().orElseThrow();
        requireOutputs(signature, request);
        TensorBatch inputs = signature.conform(request.inputs());
        CompletableFuture<InferenceResult> run =
                copy.infer(
                                inputs,
                                earlier(deadline, timeout(request)),
                                startBy(request),
                                merging(request))
                        .orElseThrow(() -> refusal(copy, model));
        CompletableFuture<?> unusedRun =
                run.whenComplete(
                        (result, failure) -> {
                            long nanos = System.nanoTime() - startNanos;
                            if (failure != null) {
                                copy.statistics().failed(nanos);
                                answer.completeExceptionally(FailureStatus.of(failure));
                            } else {
                                copy.statistics().answered(result.outputs().rows(), nanos, result);
                                complete(model, request, result, answer);
                            }
                        });
        CompletableFuture<?> unusedAnswer =
                answer.whenComplete(
                        (response, failure) -> {
                            if (answer.isCancelled()) {
                                run.cancel(false);
                            }
                        });
    }

    private static Deadline startBy(InferRequest request) {
        Object millis = request.parameters().get(InferParameters.MAX_QUEUE_MILLIS);
        return millis instanceof Long time && time > 0
                ? Deadline.after(Duration.ofMillis(time))
                : Deadline.none();
    }

    private static Merging merging(InferRequest request) {
        return Boolean.TRUE.equals(request.parameters().get(InferParameters.ALONE))
                ? Merging.FORBIDDEN
                : Merging.ALLOWED;
    }

    /** Also where the transport has no deadline of its own, as HTTP. */
    private static Deadline timeout(InferRequest request) {
        Object micros = request.parameters().get(InferParameters.TIMEOUT_MICROS);
        return micros instanceof Long time && time > 0
                ? Deadline.after(Duration.of(time, ChronoUnit.MICROS))
                : Deadline.none();
    }

    private static Deadline earlier(Deadline one, Deadline other) {
        return one.leftNanos() <= other.leftNanos() ? one : other;
    }

    private static RuntimeException refusal(ModelCopy copy, ServedModel model) {
        if (copy.isDraining()) {
            return FailureStatus.unavailable(model.name(), "its replica is draining");
        }
        return FailureStatus.full(model.name(), copy.activity().waitingRows(), copy.pushback());
    }

    private static ModelCopy choose(List<ModelCopy> copies, ServedModel model) {
        return copies.stream()
                .filter(ModelCopy::isReady)
                .min(Comparator.comparing(ModelCopy::activity, LEAST_BUSY))
                .orElseThrow(() -> FailureStatus.unavailable(model.name(), reason(copies)));
    }

    /** Why none of a model's copies is ready. */
    static String reason(List<ModelCopy> copies) {
        if (copies.stream().allMatch(ModelCopy::isDraining)) {
            return "its replica is draining";
        }
        return copies.stream().noneMatch(ModelCopy::isServing)
                ? "it is loading"
                : "its device does not answer";
    }

    private void complete(
            ServedModel model,
            InferRequest request,
            InferenceResult result,
            CompletableFuture<InferResponse> answer) {
        InferResponse response;
        try {
            response = response(model, request, result);
        } catch (RuntimeException | OutOfMemoryError failure) {
            result.outputs().close();
            answer.completeExceptionally(FailureStatus.of(failure));
            return;
        }
        int rows = response.outputs().rows();
        if (answer.complete(response)) {
            counters.answered(rows);
        } else {
            response.close();
        }
    }

    private InferResponse response(
            ServedModel model, InferRequest request, InferenceResult result) {
        InferResponse response =
                new InferResponse(
                        model,
                        request.id(),
                        Map.of(
                                InferParameters.QUEUE_NANOS, result.queueNanos(),
                                InferParameters.RUN_NANOS, result.runNanos(),
                                InferParameters.DEVICE_BATCH_ROWS, (long) result.deviceBatchRows()),
                        wanted(result.outputs(), request.outputs()));
        if (allowsCached(request)) {
            cache.put(ResultCache.Key.of(model, request), response);
        }
        return response;
    }

    private void answerFromCache(
            ServedModel model,
            InferRequest request,
            TensorBatch outputs,
            CompletableFuture<InferResponse> answer) {
        counters.answeredFromCache(outputs.rows());
        answer.complete(
                new InferResponse(
                        model, request.id(), Map.of(InferParameters.CACHED, true), outputs));
    }

    private static boolean allowsCached(InferRequest request) {
        return !request.id().isEmpty()
                && Boolean.TRUE.equals(request.parameters().get(InferParameters.ALLOW_CACHED));
    }

    private static void requireOutputs(ModelSignature signature, InferRequest request) {
        if (signature.outputs().isEmpty()) {
            return; // it declares none: the answer will tell
        }
        List<String> names = signature.outputs().stream().map(TensorSpec::name).toList();
        for (String output : request.outputs()) {
            if (!names.contains(output)) {
                throw FailureStatus.invalid(
                        "Cannot give output '%s': model '%s' has %s."
                                .formatted(output, request.model().name(), names));
            }
        }
    }

    private static TensorBatch wanted(TensorBatch outputs, List<String> names) {
        if (names.isEmpty()) {
            return outputs;
        }
        Map<String, Tensor> kept = new LinkedHashMap<>();
        names.forEach(name -> kept.put(name, outputs.tensor(name)));
        outputs.tensors()
                .forEach(
                        (name, tensor) -> {
                            if (!kept.containsKey(name)) {
                                tensor.close();
                            }
                        });
        return TensorBatch.of(kept);
    }
}
