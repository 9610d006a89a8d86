package io.flinkgpu.inference.line;

import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/** What a subtask asks its coordinator over the {@link CoordinatorLine}. */
@Internal
public sealed interface LineRequest extends CoordinationRequest {

    /** Who asks. */
    ExecutionAttemptID attempt();

    /** How long the answer may be held back. */
    Duration patience();

    /**
     * Asks for news.
     *
     * @param heard number of the latest news that the subtask has acted upon; 0: none
     */
    record Listen(ExecutionAttemptID attempt, Duration patience, long heard)
            implements LineRequest {

        private static final long serialVersionUID = 1L;
    }

    /**
     * Tells the coordinator something; asked again until it is answered.
     *
     * @param first number of the first event, at least 1
     * @param events consecutive ones, not empty
     */
    record Report(
            ExecutionAttemptID attempt, Duration patience, long first, List<OperatorEvent> events)
            implements LineRequest {

        private static final long serialVersionUID = 1L;

        /** Copies the events. */
        public Report {
            events = List.copyOf(events);
        }
    }
}
