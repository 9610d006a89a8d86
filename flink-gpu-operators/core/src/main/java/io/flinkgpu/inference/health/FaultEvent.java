package io.flinkgpu.inference.health;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.resources.lease.DeviceBlock;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Something that went wrong, or what was done about it.
 *
 * <p>Each kind is a record; its simple name is what metrics count it by. Immutable.
 */
@PublicEvolving
public sealed interface FaultEvent extends Serializable {

    /** What it happened to: a stage, a device's UUID, a replica's {@code host:port} or a node. */
    String subject();

    /**
     * A row was given up.
     *
     * @param subject the stage
     * @param action what became of it, such as DEAD_LETTER
     */
    record RowGivenUp(String subject, ErrorClass errorClass, String action) implements FaultEvent {}

    /**
     * The bad rows of a batch have been found.
     *
     * @param subject the stage
     * @param rows of the batch
     * @param runs that it took beside the first
     */
    record BatchBisected(String subject, int rows, int badRows, int runs) implements FaultEvent {}

    /**
     * A batch was sent again because a device was lost.
     *
     * @param subject the stage
     */
    record BatchMoved(String subject, int rows, String reason) implements FaultEvent {}

    /**
     * Nothing is answered although rows wait.
     *
     * @param subject the stage
     * @param measure what is done about it: WARN, ABANDON or FAIL
     */
    record Stalled(String subject, Duration since, int rows, String measure)
            implements FaultEvent {}

    /**
     * A run has taken longer than runs may; its thread is given up.
     *
     * @param subject the device
     */
    record RunStuck(String subject, String model, Duration age) implements FaultEvent {}

    /**
     * A run needed more memory than the device had.
     *
     * @param subject the device
     * @param rows of the run
     * @param newLimit rows of the largest batch that is run from here on
     */
    record OutOfMemory(String subject, String model, int rows, int newLimit)
            implements FaultEvent {}

    /**
     * A device failed; not yet often enough to be blocked, or too many others are.
     *
     * @param subject the device
     */
    record DeviceStruck(String subject, ErrorClass errorClass, String reason)
            implements FaultEvent {}

    /** A device is not leased for a while. */
    record DeviceBlocked(DeviceBlock block) implements FaultEvent {

        @Override
        public String subject() {
            return block.device();
        }
    }

    /**
     * A device may be leased again before its time, as people asked for.
     *
     * @param subject the device
     */
    record DeviceUnblocked(String subject) implements FaultEvent {}

    /** Flink places nothing new on a node for a while. */
    record NodeBlocked(NodeBlock block) implements FaultEvent {

        @Override
        public String subject() {
            return block.node();
        }
    }

    /**
     * A node is about to go, and finishes what it has.
     *
     * @param subject the node's id; empty: this process's
     */
    record NodeLeaving(String subject, String reason) implements FaultEvent {}

    /**
     * A replica did not answer in time.
     *
     * @param subject the replica
     */
    record AttemptTimedOut(String subject, int rows, Duration after) implements FaultEvent {}

    /**
     * A request waited too long on a replica, was taken back unstarted, and goes to another one.
     *
     * @param subject the replica
     */
    record SpilledBack(String subject, int rows, Duration after) implements FaultEvent {}

    /**
     * A late request was sent to a second replica.
     *
     * @param subject the second replica
     */
    record Hedged(String subject, int rows, Duration after) implements FaultEvent {}

    /**
     * A failed batch waits before it is tried again, because too many fail.
     *
     * @param subject the replica that failed
     */
    record RetryThrottled(String subject) implements FaultEvent {}

    /**
     * A replica gets nothing for a while.
     *
     * @param subject the replica
     */
    record ReplicaEjected(String subject, String reason, Duration length) implements FaultEvent {}

    /**
     * An ejected replica has answered again.
     *
     * @param subject the replica
     */
    record ReplicaReturned(String subject) implements FaultEvent {}
}
