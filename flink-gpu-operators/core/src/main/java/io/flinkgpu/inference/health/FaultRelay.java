package io.flinkgpu.inference.health;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.OperatorID;

/**
 * The faults of this process that the coordinator of an operator has not been told.
 *
 * <p>The subtasks of the operator in the process share one, so that each fault is told once. Of
 * more than 1000 untold faults the oldest are dropped. Safe for use by many threads.
 */
final class FaultRelay {

    private static final int MAX_UNTOLD = 1000;

    // A report stays far below the largest message that Flink's RPC takes.
    private static final int MAX_OF_REPORT = 200;

    private static final Map<Key, FaultRelay> RELAYS = new HashMap<>();

    private final Key key;
    private final FaultEvents.Registration registration;
    private final Latest<FaultEvents.TimedFault> untold = new Latest<>(MAX_UNTOLD);
    private int users;

    private record Key(JobID job, OperatorID operator, FaultEvents events) {}

    private FaultRelay(Key key) {
        this.key = key;
        this.registration =
                key.events()
                        .listen(
                                (time, event) ->
                                        untold.add(new FaultEvents.TimedFault(time, event)));
    }

    /** That of an operator; the caller leaves it when it ends. */
    static FaultRelay join(JobID job, OperatorID operator, FaultEvents events) {
        synchronized (RELAYS) {
            FaultRelay relay =
                    RELAYS.computeIfAbsent(new Key(job, operator, events), FaultRelay::new);
            relay.users++;
            return relay;
        }
    }

    /** Takes up to 200 faults to tell, the oldest first. */
    List<FaultEvents.TimedFault> take() {
        return untold.take(MAX_OF_REPORT);
    }

    /** Lets go; with the last subtask the relay ends. */
    void leave() {
        synchronized (RELAYS) {
            users--;
            if (users == 0) {
                RELAYS.remove(key);
                registration.close();
            }
        }
    }
}
