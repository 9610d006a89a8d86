package io.flinkgpu.inference.health;

import io.flinkgpu.inference.fault.ErrorClass;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a detector holds against a device, a replica or a node.
 *
 * <p>A suspected device is struck or blocked, a replica is ejected, as long as enough others are
 * left; a node is blocked, and the replicas on it start anew elsewhere.
 *
 * @param level of the subject
 * @param subject the device's UUID or the replica's {@code host:port}; empty for a node, which is
 *     that of this process
 * @param errorClass of a device: FATAL_DEVICE blocks at once, others count as one strike
 * @param reason a sentence for people, such as {@code XID 79: the GPU has fallen off the bus}
 * @param outlook whether the subject is about to go; anything but SUSPECT is a NODE's
 */
@PublicEvolving
public record Suspicion(
        Level level, String subject, ErrorClass errorClass, String reason, Outlook outlook) {

    /** What is to become of the subject. */
    public enum Outlook {
        /** It ought not to be used. */
        SUSPECT,
        /** It is about to go, and finishes what it has. */
        LEAVING,
        /** It was about to go, and stays after all. */
        STAYING
    }

    /**
     * Checks that only a node leaves, and that a node is this process's.
     *
     * @throws IllegalArgumentException if not
     */
    public Suspicion {
        if (outlook != Outlook.SUSPECT && level != Level.NODE) {
            throw new IllegalArgumentException(
                    "Invalid suspicion: %s %s is %s. Only a node can be; suspect it without leaving."
                            .formatted(level, subject, outlook));
        }
        if (level == Level.NODE && !subject.isEmpty()) {
            throw new IllegalArgumentException(
                    "Invalid suspicion of node '%s'. A detector suspects the node that it runs on; leave the name empty."
                            .formatted(subject));
        }
    }

    /** A device that failed. */
    public static Suspicion ofDevice(String uuid, ErrorClass errorClass, String reason) {
        return new Suspicion(Level.DEVICE, uuid, errorClass, reason, Outlook.SUSPECT);
    }

    /**
     * A replica of a pool that this process calls.
     *
     * @param address its {@code host:port}
     */
    public static Suspicion ofReplica(String address, String reason) {
        return new Suspicion(
                Level.REPLICA, address, ErrorClass.CONNECTION, reason, Outlook.SUSPECT);
    }

    /** This process's node ought not to be used. */
    public static Suspicion ofNode(String reason) {
        return ofNode(reason, Outlook.SUSPECT);
    }

    /** This process's node is about to go. */
    public static Suspicion ofLeavingNode(String reason) {
        return ofNode(reason, Outlook.LEAVING);
    }

    /** This process's node, which was about to go, stays. */
    public static Suspicion ofStayingNode(String reason) {
        return ofNode(reason, Outlook.STAYING);
    }

    private static Suspicion ofNode(String reason, Outlook outlook) {
        return new Suspicion(Level.NODE, "", ErrorClass.CONNECTION, reason, outlook);
    }
}
