package io.flinkgpu.inference.blocklist;

import java.io.Serializable;
import java.time.Instant;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A device that ought not to be used any more.
 *
 * @param device its UUID
 * @param cause why, a sentence for people
 * @param blockedUntil when its block ends; null: it was spared, because too many others of its
 *     process are blocked, or it has no other
 */
@Internal
public record DeviceTrouble(String device, String cause, @Nullable Instant blockedUntil)
        implements Serializable {

    /** Whether the device is not blocked although it should be. */
    public boolean isSpared() {
        return blockedUntil == null;
    }
}
