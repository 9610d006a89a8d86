package io.flinkgpu.inference.pool.server;

import io.grpc.Status;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a server has done since it was made. Safe for use by many threads. */
public final class ServerCounters {

    private final Map<Status.Code, LongAdder> failures = new EnumMap<>(Status.Code.class);
    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);
    private final LongAdder requests = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder cached = new LongAdder();

    /** Why a client was not let in. */
    public enum Refusal {
        /** It showed no token. */
        MISSING_TOKEN,
        /** It showed another token. */
        WRONG_TOKEN,
        /** It spoke no TLS, or its certificate was missing, unknown or expired. */
        TLS_HANDSHAKE
    }

    ServerCounters() {
        for (Status.Code code : Status.Code.values()) {
            failures.put(code, new LongAdder());
        }
        for (Refusal refusal : Refusal.values()) {
            refusals.put(refusal, new LongAdder());
        }
    }

    /** Inference requests that were let in. */
    public long requests() {
        return requests.sum();
    }

    /** Rows that were answered, from memory or by a run. */
    public long rows() {
        return rows.sum();
    }

    /** Requests that were answered from memory. */
    public long cached() {
        return cached.sum();
    }

    /** Inference requests that ended with the status of that name, such as {@code NOT_FOUND}. */
    public long failures(String status) {
        return failures.get(Status.Code.valueOf(status)).sum();
    }

    /** Inference requests that were not answered. */
    public long failures() {
        return failures.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Clients that were not let in. */
    public long refusals(Refusal reason) {
        return refusals.get(reason).sum();
    }

    void requested() {
        requests.increment();
    }

    void answered(int count, boolean fromMemory) {
        rows.add(count);
        if (fromMemory) {
            cached.increment();
        }
    }

    void failed(Status.Code code) {
        failures.get(code).increment();
    }

    void refused(Refusal reason) {
        refusals.get(reason).increment();
    }
}
