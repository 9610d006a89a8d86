package io.flinkgpu.table.model;

import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.operator.RowInference;
import io.flinkgpu.inference.process.Causes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
     * The output columns for a row, which must not change until then. A row that fails has what the
     * model's options say; the future fails where that is to fail the job.
     */
    public CompletableFuture<RowData> predict(RowData row) {
        return rows.infer(row).exceptionally(this::otherwise);
    }

    private RowData otherwise(Throwable failure) {
        Throwable cause = Causes.unwrapped(failure);
        if (cause instanceof RowFailedException failed) {
            return model.failed(failed);
        }
        throw new CompletionException(cause);
    }

    @Override
    public void close() {
        rows.close();
    }
}
