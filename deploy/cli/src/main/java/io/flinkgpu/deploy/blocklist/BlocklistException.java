package io.flinkgpu.deploy.blocklist;

import org.apache.flink.annotation.Internal;

/** Something cannot be done to a blocklist; the message says what and why. */
@Internal
public final class BlocklistException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BlocklistException(String message) {
        super(message);
    }

    BlocklistException(String message, Throwable cause) {
        super(message, cause);
    }
}
