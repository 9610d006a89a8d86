package io.flinkgpu.state.ledger;

import org.apache.flink.annotation.Internal;

/** The ledger's database did not do what it was asked for. */
@Internal
public final class LedgerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    LedgerException(String message, Throwable cause, boolean retryable) {
        super(message, cause);
        this.retryable = retryable;
    }

    /**
     * Whether the same entries may be taken later; false: the database refuses them for what they
     * are.
     */
    public boolean isRetryable() {
        return retryable;
    }
}
