package io.flinkgpu.connectors.budget;

import org.apache.flink.annotation.PublicEvolving;

/**
 * More rows failed than a job's {@link ErrorBudget} allows.
 *
 * <p>No restart of the job mends that.
 */
@PublicEvolving
public final class ErrorBudgetExceededException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ErrorBudgetExceededException(String message) {
        super(message);
    }
}
