package io.flinkgpu.inference.ledger;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.JobID;

/**
 * Finds out up to where a sink has committed.
 *
 * <p>It travels with the job ({@link SinkProbes#add}), and is asked in the job manager after
 * completed checkpoints, in a thread that may wait for it: no checkpoint does. A failure is logged
 * and asked again with a later checkpoint.
 */
@PublicEvolving
@FunctionalInterface
public interface SinkProbe extends Serializable {

    /**
     * A position.
     *
     * @param checkpoint whose rows, and those before, are committed
     * @param kind such as {@code iceberg-snapshot}
     * @param position in the sink's own words
     */
    record Position(long checkpoint, String kind, String position) {}

    /**
     * What the sink has committed with some checkpoints, ascending; those without rows may be left
     * out.
     *
     * @param after later than this checkpoint; negative: from the first on
     * @param upTo and up to this one
     */
    List<Position> committed(JobID job, long after, long upTo) throws Exception;

    /** Lets go of what was opened in order to ask, such as a connection: nobody asks any more. */
    default void close() throws Exception {}

    /** The probe of a sink whose position is its place alone, which is told once. */
    static SinkProbe ofPlace(String kind, String place) {
        return (job, after, upTo) ->
                after < 0 ? List.of(new Position(upTo, kind, place)) : List.of();
    }
}
