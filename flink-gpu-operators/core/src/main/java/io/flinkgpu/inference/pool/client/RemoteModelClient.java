package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.Merging;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelIdentity;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.MembershipListener;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferParameters;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.RequestId;
import io.flinkgpu.inference.pool.routing.ReplicaLoadView;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A client of a model whose replicas are elsewhere.
 *
 * <p>A batch that finds no free replica waits, for ever or until its deadline: a pool without
 * replicas fails no batch. A batch whose replica is lost goes to another one. Safe for use by many
 * threads.
 */
@Internal
public final class RemoteModelClient implements ModelClient, MembershipListener {

    private final ServedModel model;
    private final PoolClientConfig config;
    private final PoolConnections.Share share;
    private final PoolConnection connection;
    private final ClientCounters counters = new ClientCounters();
    private final MethodDescriptor<InferRequest, InferResponse> method;
    private final Map<String, Object> parameters;
    private final SignatureLookup lookup;
    private final Set<RemoteInference> open = new LinkedHashSet<>();
    private final String asked;
    @Nullable private volatile String answeringVersion;
    private volatile boolean closed;

    /** A client that owns the share and starts to look for the model. */
    RemoteModelClient(ModelRef ref, PoolClientConfig config, PoolConnections.Share share) {
        this.config = config;
        this.model = new ServedModel(ref.servedName(), ref.servedVersion());
        this.asked = "%s#%s of %s".formatted(model, ref.signature(), config.pools());
        this.share = share;
        this.connection = share.connection();
        this.method = InferenceProtocol.modelInfer(config.limits());
        this.parameters = parameters(config);
        this.lookup = new SignatureLookup(connection, counters, model, ref.signature());
        CompletableFuture<?> unused =
                lookup.ready().whenComplete((readiness, failure) -> lookedUp());
        lookup.start();
    }

    /**
     * A client that waits for members; those of a process share router and connections.
     *
     * @param localNode how replicas in task managers of this machine call it; empty if unknown
     * @throws IOException if a file that the security options name cannot be used
     */
    public static RemoteModelClient connect(
            ModelRef model, PoolClientConfig config, String localNode) throws IOException {
        return new RemoteModelClient(
                model, config, PoolConnections.ofProcess().acquire(config, localNode));
    }

    private static Map<String, Object> parameters(PoolClientConfig config) {
        Map<String, Object> parameters = new HashMap<>();
        if (config.resultCache()) {
            parameters.put(InferParameters.ALLOW_CACHED, true);
        }
        if (!config.faults().spillBackTime().isZero()) {
            parameters.put(
                    InferParameters.MAX_QUEUE_MILLIS,
                    Math.max(1, config.faults().spillBackTime().toMillis()));
        }
        return Map.copyOf(parameters);
    }

    /**
     * Completes when a replica has shown the model's signature; a pool without replicas never fails
     * it.
     */
    @Override
    public CompletableFuture<ModelReadiness> ready() {
        return lookup.ready();
    }

    /**
     * By the pools, the name, and the version that has answered last: a pool that is asked for the
     * latest version says with an answer which one that is.
     */
    @Override
    public Optional<ModelIdentity> identity() {
        String version = answeringVersion;
        return version == null ? Optional.empty() : Optional.of(new ModelIdentity(asked, version));
    }

    @Override
    public CompletableFuture<InferenceResult> infer(TensorBatch batch, Deadline deadline) {
        return infer(batch, deadline, Merging.ALLOWED);
    }

    @Override
    public CompletableFuture<InferenceResult> inferAlone(TensorBatch batch, Deadline deadline) {
        return infer(batch, deadline, Merging.FORBIDDEN);
    }

    private CompletableFuture<InferenceResult> infer(
            TensorBatch batch, Deadline deadline, Merging merging) {
        RemoteInference inference =
                new RemoteInference(
                        batch, deadline, merging, lookup, version -> answeringVersion = version);
        add(inference);
        CompletableFuture<?> unused =
                inference.result().whenComplete((result, failure) -> settled(inference));
        inference.watchDeadline(connection);
        if (closed) {
            inference.fail(closedClient());
        } else if (lookup.ready().isDone()) {
            connection.execute(() -> begin(inference));
        }
        return inference.result();
    }

    @Override
    public void membersChanged(MembersChanged event) {
        connection.membersChanged(event.pools());
    }

    /** What the client has done so far and how it stands; any thread. */
    PoolClientStatistics statistics() {
        List<ReplicaLoadView> replicas = replicas();
        return new PoolClientStatistics(
                counters.attempts(),
                counters.retries(),
                replicas.size(),
                readyReplicas(replicas),
                waitingBatches());
    }

    /** Where a pool has no replicas, asking again elsewhere would not help. */
    @Override
    public Optional<String> waitsFor() {
        List<ReplicaLoadView> replicas = replicas();
        return readyReplicas(replicas) > 0
                ? Optional.empty()
                : Optional.of(
                        "none of the pool's %d known replicas is ready."
                                .formatted(replicas.size()));
    }

    /**
     * Ejects the replicas that have held a batch for seconds and answered nobody since, as far as
     * replicas may be ejected.
     */
    @Override
    public void moveOn(String reason) {
        connection.moveOnFrom(
                openInferences().stream()
                        .flatMap(inference -> inference.silentFor(connection.silence()).stream())
                        .collect(Collectors.toSet()));
    }

    @Override
    public Map<String, LongSupplier> gauges() {
        return Map.of(
                "poolAttempts", counters::attempts,
                "poolRetries", counters::retried,
                "poolReplicasKnown", () -> replicas().size(),
                "poolReplicasReady", () -> readyReplicas(replicas()),
                "poolWaitingBatches", this::waitingBatches);
    }

    /** The replicas as the clients of this process see them, for people; any thread. */
    public List<ReplicaLoadView> replicas() {
        return connection.replicas();
    }

    @Override
    public void close() {
        closed = true;
        lookup.giveUp();
        openInferences().forEach(inference -> inference.fail(closedClient()));
        share.close();
    }

    /** Those that came before the signature begin in their order. */
    private int readyReplicas(List<ReplicaLoadView> replicas) {
        Set<ReplicaAddress> serving = new HashSet<>(connection.members(model));
        return (int)
                replicas.stream()
                        .filter(
                                replica ->
                                        !replica.resting() && serving.contains(replica.address()))
                        .count();
    }

    private int waitingBatches() {
        return Math.max(0, openInferences().size() - counters.running());
    }

    private void lookedUp() {
        openInferences().forEach(this::begin);
    }

    /** Does nothing if it has begun before. */
    private void begin(RemoteInference inference) {
        CompletableFuture<?> unused =
                lookup.ready()
                        .whenComplete(
                                (readiness, failure) -> {
                                    if (failure == null) {
                                        ModelSignature signature = readiness.signature();
                                        inference.begin(
                                                signature,
                                                (inputs, of) -> call(signature, inputs, of));
                                    } else {
                                        inference.fail(failure);
                                    }
                                });
    }

    private RoutedCall<InferRequest, InferResponse> call(
            ModelSignature signature, TensorBatch inputs, RemoteInference inference) {
        RequestId id =
                config.resultCache() ? RequestId.of(model, inputs) : RequestId.quick(model, inputs);
        return new RoutedCall<>(
                connection,
                counters,
                new RoutedCall.Question<>(
                        method,
                        new InferRequest(
                                model, id.text(), parametersOf(inference), inputs, List.of()),
                        model,
                        id.key(),
                        inference.rows(),
                        inference.deadline(),
                        inference.merging() == Merging.ALLOWED,
                        merges(signature, inference) ? InferMerger.INSTANCE : null),
                inference);
    }

    /**
     * An answer from memory is one to the very same rows, a deadline is of one batch alone, and a
     * server that asks for a number of rows may take no other.
     */
    private boolean merges(ModelSignature signature, RemoteInference inference) {
        return inference.merging() == Merging.ALLOWED
                && inference.deadline().isNone()
                && !config.resultCache()
                && signature.fixedBatchSize().isEmpty();
    }

    private Map<String, Object> parametersOf(RemoteInference inference) {
        if (inference.merging() == Merging.ALLOWED) {
            return parameters;
        }
        Map<String, Object> alone = new HashMap<>(parameters);
        alone.put(InferParameters.ALONE, true);
        return alone;
    }

    private void add(RemoteInference inference) {
        synchronized (open) {
            open.add(inference);
        }
    }

    private void settled(RemoteInference inference) {
        synchronized (open) {
            open.remove(inference);
        }
        inference.settled();
    }

    private List<RemoteInference> openInferences() {
        synchronized (open) {
            return new ArrayList<>(open);
        }
    }

    private ModelRunException closedClient() {
        return new ModelRunException("Cannot run model " + model + ": its client was closed.");
    }
}
