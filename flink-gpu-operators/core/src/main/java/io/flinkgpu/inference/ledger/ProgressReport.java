package io.flinkgpu.inference.ledger;

import java.io.Serializable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A subtask tells its coordinator what it had done when a checkpoint was taken.
 *
 * <p>Counts are part of the subtask's state: they go on where the restored checkpoint ends, and
 * {@code rowsIn} is always {@code rowsOut + deadLetters + inFlight}.
 *
 * @param deviceNanos that devices computed for the rows which have an answer
 * @param model that answered last
 */
@Internal
public record ProgressReport(
        long checkpoint,
        long rowsIn,
        long rowsOut,
        long deadLetters,
        long inFlight,
        long deviceNanos,
        Model model)
        implements OperatorEvent {

    private static final long serialVersionUID = 2L;

    /**
     * What is known of a model once it runs. Empty texts: none, or not known.
     *
     * @param checksum SHA-256 of the files that it was loaded from
     */
    public record Model(String version, String checksum) implements Serializable {

        private static final long serialVersionUID = 1L;

        /** Nothing is known. */
        public static final Model UNKNOWN = new Model("", "");

        /** This with what is known of another one, unless that is another version. */
        Model or(Model other) {
            boolean mayBeThat =
                    version.isEmpty() || other.version.isEmpty() || version.equals(other.version);
            return !mayBeThat
                    ? this
                    : new Model(
                            version.isEmpty() ? other.version : version,
                            checksum.isEmpty() ? other.checksum : checksum);
        }
    }
}
