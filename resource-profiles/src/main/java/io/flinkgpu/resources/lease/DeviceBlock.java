package io.flinkgpu.resources.lease;

import java.io.Serializable;
import java.time.Instant;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A device that is not leased for a while.
 *
 * @param device its UUID
 * @param cause why, a sentence for people
 * @param until when it ends by itself
 */
@PublicEvolving
public record DeviceBlock(String device, String cause, Instant until) implements Serializable {

    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
        return device + " is blocked until " + until + ": " + cause;
    }
}
