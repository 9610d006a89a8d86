package io.flinkgpu.inference.health;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;

/**
 * The latest faults of all processes in which an operator runs, kept by its coordinator.
 *
 * <p>It ends with the coordinator: checkpoints do not hold it. Safe for use by many threads.
 */
@Internal
public final class FaultLog {

    private static final int REMEMBERED = 1000;

    private final ArrayDeque<Entry> latest = new ArrayDeque<>();

    /**
     * A fault and where it happened.
     *
     * @param node of the process that noticed it
     */
    public record Entry(Instant time, String node, FaultEvent event) implements Serializable {

        private static final long serialVersionUID = 1L;
    }

    /**
     * The answer to {@link HealthRequests.ListFaults}: the faults, in the order of their arrival.
     */
    public record Response(List<Entry> faults) implements CoordinationResponse {

        private static final long serialVersionUID = 1L;

        /** Copies the faults. */
        public Response {
            faults = List.copyOf(faults);
        }
    }

    /** Remembers what a subtask reports; of more than 1000 faults the oldest are forgotten. */
    public synchronized void add(FaultReport report) {
        for (FaultEvents.TimedFault fault : report.faults()) {
            if (latest.size() == REMEMBERED) {
                latest.removeFirst();
            }
            latest.addLast(new Entry(fault.time(), report.node(), fault.event()));
        }
    }

    /** What is remembered. */
    public synchronized Response latest() {
        return new Response(List.copyOf(latest));
    }
}
