package io.flinkgpu.inference.pool.protocol;

import java.io.IOException;
import org.apache.flink.annotation.Internal;

/**
 * A message that is not a valid request or response, or exceeds a limit; the sender is to blame.
 */
@Internal
public class MalformedMessageException extends IOException {

    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message);
    }

    public MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The failure of a reader of such messages as one of the message. */
    static MalformedMessageException of(IOException unreadable) {
        return unreadable instanceof MalformedMessageException malformed
                ? malformed
                : new MalformedMessageException(
                        "Cannot read message: " + unreadable.getMessage(), unreadable);
    }
}
