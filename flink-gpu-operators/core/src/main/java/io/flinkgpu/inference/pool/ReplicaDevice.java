package io.flinkgpu.inference.pool;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a replica's models run on.
 *
 * @param id the device's identity on its machine; empty where it is not known
 * @param name its product name, {@code simulated} for a stand-in, {@code cpu} for the processor;
 *     empty where it is not known
 */
@PublicEvolving
public record ReplicaDevice(String id, String name) implements Serializable {

    /** The machine's processor. */
    public static ReplicaDevice cpu() {
        return new ReplicaDevice("cpu", "cpu");
    }

    /** A device that nobody has named, or not yet. */
    public static ReplicaDevice unknown() {
        return new ReplicaDevice("", "");
    }

    /** For people: {@code name id}, either alone where they are the same, {@code -} for none. */
    @Override
    public String toString() {
        if (id.isEmpty()) {
            return "-";
        }
        return id.equals(name) ? id : name + " " + id;
    }
}
