package io.flinkgpu.inference.detector;

import io.flinkgpu.inference.fault.ErrorClass;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a detector holds against a device, a replica or a node.
 *
 * @param level of the subject
 * @param subject the device's UUID, the replica's {@code host:port}, or the node's id; empty: the
 *     node of this process
 * @param errorClass FATAL_DEVICE blocks at once, others count as one strike
 * @param reason a sentence for people, such as {@code XID 79: the GPU has fallen off the bus}
 * @param drain whether what runs should end in order, because the subject is about to go
 */
@PublicEvolving
public record Suspicion(
        Level level, String subject, ErrorClass errorClass, String reason, boolean drain) {

    /** A device that failed. */
    public static Suspicion ofDevice(String uuid, ErrorClass errorClass, String reason) {
        return new Suspicion(Level.DEVICE, uuid, errorClass, reason, false);
    }

    /** This process's node is about to go. */
    public static Suspicion ofLeavingNode(String reason) {
        return new Suspicion(Level.NODE, "", ErrorClass.CONNECTION, reason, true);
    }
}
