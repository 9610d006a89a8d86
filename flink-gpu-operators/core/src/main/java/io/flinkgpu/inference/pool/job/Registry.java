package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.util.concurrent.FutureUtils;

/**
 * Who is in a pool, by what its subtasks say.
 *
 * <p>An answer may be held back until something changes, so that askers learn of changes at once
 * without asking often. A change of load alone is not a change: it is shown with the next answer.
 * It is complete once every subtask has reported and none loads: until then a replica that lingers,
 * which nobody reports, may be the only one that serves. Safe for use by many threads.
 */
final class Registry {

    private final int expectedReplicas;
    private final Map<Integer, Replica> bySubtask = new TreeMap<>();
    private final List<CompletableFuture<MembersResponse>> waiting = new ArrayList<>();
    private long version;

    /**
     * An empty registry.
     *
     * @param expectedReplicas how many subtasks will report
     * @param firstVersion above all versions of the registries before this one
     */
    Registry(int expectedReplicas, long firstVersion) {
        this.expectedReplicas = expectedReplicas;
        this.version = firstVersion;
    }

    void report(int subtask, Replica replica) {
        List<CompletableFuture<MembersResponse>> answered;
        MembersResponse answer;
        synchronized (this) {
            Replica before = bySubtask.put(subtask, replica);
            if (before != null && before.isSameAs(replica)) {
                return;
            }
            answered = changed();
            answer = members();
        }
        answered.forEach(question -> question.complete(answer));
    }

    void remove(int subtask) {
        List<CompletableFuture<MembersResponse>> answered;
        MembersResponse answer;
        synchronized (this) {
            if (bySubtask.remove(subtask) == null) {
                return;
            }
            answered = changed();
            answer = members();
        }
        answered.forEach(question -> question.complete(answer));
    }

    /** The members once their version is not {@code knownVersion}, or after {@code patience}. */
    synchronized CompletableFuture<MembersResponse> members(long knownVersion, Duration patience) {
        if (version != knownVersion || patience.isZero()) {
            return CompletableFuture.completedFuture(members());
        }
        CompletableFuture<MembersResponse> change = new CompletableFuture<>();
        waiting.add(change);
        CompletableFuture<MembersResponse> answer = change.copy();
        // By Flink's timer: the JDK's would keep the job's class loader for good.
        FutureUtils.completeDelayed(answer, null, patience);
        return answer.thenApply(members -> members == null ? afterPatience(change) : members);
    }

    private synchronized MembersResponse afterPatience(CompletableFuture<MembersResponse> change) {
        waiting.removeIf(question -> question == change);
        return members();
    }

    synchronized MembersResponse members() {
        List<Replica> replicas = List.copyOf(bySubtask.values());
        boolean loading =
                replicas.stream().anyMatch(replica -> replica.state() == ReplicaState.LOADING);
        return new MembersResponse(
                version, replicas.size() == expectedReplicas && !loading, replicas);
    }

    private List<CompletableFuture<MembersResponse>> changed() {
        version++;
        List<CompletableFuture<MembersResponse>> answered = List.copyOf(waiting);
        waiting.clear();
        return answered;
    }
}
