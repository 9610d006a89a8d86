package io.flinkgpu.inference.pool.server;

import io.grpc.Status;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.annotation.Internal;

/** What a server did since it was created; safe for use by many threads. */
@Internal
public final class ServerCounters {

    private final LongAdder requests = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder cachedAnswers = new LongAdder();
    private final Map<Status.Code, LongAdder> failures = adders(Status.Code.class);
    private final Map<Refusal, LongAdder> refusals = adders(Refusal.class);

    /**
     * The counts at one time.
     *
     * @param requests for inference that were understood
     * @param rows answered
     * @param cachedAnswers answered from memory
     * @param failures requests for inference that failed, by status
     * @param refusals clients turned away, by reason
     */
    public record Snapshot(
            long requests,
            long rows,
            long cachedAnswers,
            Map<Status.Code, Long> failures,
            Map<Refusal, Long> refusals) {

        /** Copies the maps. */
        public Snapshot {
            failures = Map.copyOf(failures);
            refusals = Map.copyOf(refusals);
        }

        /** Requests for inference that failed, whatever the status. */
        public long allFailures() {
            return failures.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** The counts as they are; any thread, returns at once. */
    public Snapshot snapshot() {
        return new Snapshot(
                requests.sum(), rows.sum(), cachedAnswers.sum(), sums(failures), sums(refusals));
    }

    void requested() {
        requests.increment();
    }

    void answered(int answeredRows) {
        rows.add(answeredRows);
    }

    void answeredFromCache(int answeredRows) {
        cachedAnswers.increment();
        rows.add(answeredRows);
    }

    void failed(Status.Code code) {
        failures.get(code).increment();
    }

    void refused(Refusal reason) {
        refusals.get(reason).increment();
    }

    private static <K extends Enum<K>> Map<K, LongAdder> adders(Class<K> type) {
        Map<K, LongAdder> adders = new EnumMap<>(type);
        for (K key : type.getEnumConstants()) {
            adders.put(key, new LongAdder());
        }
        return adders;
    }

    private static <K> Map<K, Long> sums(Map<K, LongAdder> adders) {
        Map<K, Long> sums = new HashMap<>();
        adders.forEach((key, adder) -> sums.put(key, adder.sum()));
        return sums;
    }
}
