package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.IndexedRows;
import io.flinkgpu.benchmarks.model.BareModel;
import io.flinkgpu.benchmarks.model.BenchModel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Calls a bare SavedModel again and again with rows in memory. It owns the model. One thread. */
final class BareLoop implements AutoCloseable {

    private static final int SKIPPED_OF = 10;

    private final BareModel model;
    private final float[][] rows;
    private long next;

    BareLoop(BareModel model, BenchModel description) {
        this.model = model;
        this.rows = description.rows(IndexedRows.DISTINCT_ROWS);
    }

    /** Rows a second over about that time, after a start of a tenth of it that does not count. */
    double rowsPerSecond(Duration length) {
        runFor(length.dividedBy(SKIPPED_OF).toNanos());
        long start = System.nanoTime();
        long ran = runFor(length.toNanos());
        return (double) ran * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    }

    @Override
    public void close() {
        model.close();
    }

    private long runFor(long nanos) {
        long end = System.nanoTime() + nanos;
        long ran = 0;
        do {
            ran += runBatch();
        } while (System.nanoTime() < end);
        return ran;
    }

    private int runBatch() {
        for (int i = 0; i < model.batchSize(); i++) {
            model.fill(i, rows[(int) (next++ % rows.length)]);
        }
        int[] unused = model.run();
        return model.batchSize();
    }
}
