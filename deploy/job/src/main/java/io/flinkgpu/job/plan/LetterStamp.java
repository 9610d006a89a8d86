package io.flinkgpu.job.plan;

import io.flinkgpu.job.element.DeadLetterRows;
import java.util.UUID;
import javax.annotation.Nullable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.types.Row;

/**
 * Gives a dead letter its id and run, and the origin of what a source could not read.
 *
 * @see DeadLetterRows
 */
final class LetterStamp extends RichMapFunction<Row, Row> {

    private static final long serialVersionUID = 1L;
    private static final int ROW = DeadLetterRows.SCHEMA.indexOf("row");
    private static final int ID = DeadLetterRows.SCHEMA.indexOf("id");
    private static final int RUN = DeadLetterRows.SCHEMA.indexOf("run");
    private static final int REDO = DeadLetterRows.SCHEMA.indexOf("redo");
    private static final int SOURCE = DeadLetterRows.SCHEMA.indexOf("source");
    private static final int ORIGIN = DeadLetterRows.SCHEMA.indexOf("origin");

    @Nullable private final String redo;
    @Nullable private final String source;
    private transient String run;

    /**
     * A stamp.
     *
     * @param redo the redo that this run is; null: none
     * @param source whose own dead letters these are, if it reads their rows again; null otherwise
     */
    LetterStamp(@Nullable String redo, @Nullable String source) {
        this.redo = redo;
        this.source = source;
    }

    @Override
    public void open(OpenContext context) {
        run = getRuntimeContext().getJobInfo().getJobId().toHexString();
    }

    @Override
    public Row map(Row letter) {
        Row stamped = Row.copy(letter);
        stamped.setField(ID, UUID.randomUUID().toString());
        stamped.setField(RUN, run);
        stamped.setField(REDO, redo);
        if (source != null && stamped.getField(ORIGIN) == null) {
            stamped.setField(SOURCE, source);
            stamped.setField(ORIGIN, stamped.getField(ROW));
        }
        return stamped;
    }
}
