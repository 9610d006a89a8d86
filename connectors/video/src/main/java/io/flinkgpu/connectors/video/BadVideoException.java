package io.flinkgpu.connectors.video;

import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/** A file is not a video that can be decoded; the message says why and names the file. */
@PublicEvolving
public final class BadVideoException extends Exception {

    private final String reason;

    BadVideoException(String path, String reason, @Nullable Throwable cause) {
        super("Cannot decode '%s': %s".formatted(path, reason), cause);
        this.reason = reason;
    }

    /** Why, without the path. */
    public String reason() {
        return reason;
    }
}
