package io.flinkgpu.table.model;

import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.operator.RowInference;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;

/** A model that answers the rows of one function. Safe for use by many threads. */
@Internal
public final class OpenPrediction implements AutoCloseable {

    private final BoundModel model;
    private final RowInference<RowData, RowData> rows;

    OpenPrediction(BoundModel model, RowInference<RowData, RowData> rows) {
        this.model = model;
        this.rows = rows;
    }

    /**
     * Asks for the output columns of a row, which must not change until then. A row that fails has
     * what the model's options say; the future fails where that is to fail the job.
     *
     * @param toResult makes of the columns what the future is completed with; called once at most
     */
    public <T> void predict(
            RowData row,
            Function<? super RowData, ? extends T> toResult,
            CompletableFuture<T> future) {
        rows.infer(
                row,
                (columns, failure) -> {
                    try {
                        future.complete(
                                toResult.apply(failure == null ? columns : otherwise(failure)));
                    } catch (Throwable reason) {
                        future.completeExceptionally(reason);
                    }
                });
    }

    private RowData otherwise(Throwable failure) throws Throwable {
        if (failure instanceof RowFailedException failed) {
            return model.failed(failed);
        }
        throw failure;
    }

    @Override
    public void close() {
        rows.close();
    }
}
