package io.flinkgpu.job.plan;

import io.flinkgpu.job.element.DeadLetterRows;
import java.util.UUID;
import javax.annotation.Nullable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.types.Row;

/**
 * Gives a dead letter its element, id and run, and the origin of what a source could not read.
 *
 * @see DeadLetterRows
 */
final class LetterStamp extends RichMapFunction<Row, Row> {

    private static final long serialVersionUID = 1L;
    private static final int ELEMENT = DeadLetterRows.SCHEMA.indexOf("element");
    private static final int ROW = DeadLetterRows.SCHEMA.indexOf("row");
    private static final int ID = DeadLetterRows.SCHEMA.indexOf("id");
    private static final int RUN = DeadLetterRows.SCHEMA.indexOf("run");
    private static final int REDO = DeadLetterRows.SCHEMA.indexOf("redo");
    private static final int SOURCE = DeadLetterRows.SCHEMA.indexOf("source");
    private static final int ORIGIN = DeadLetterRows.SCHEMA.indexOf("origin");

    private final String element;
    @Nullable private final String redo;
    private final boolean isOriginOfItself;
    private transient String run;

    /**
     * A stamp.
     *
     * @param element whose letters these are
     * @param redo the redo that this run is; null: none
     * @param isOriginOfItself whether the element is a source that reads their rows again
     */
    LetterStamp(String element, @Nullable String redo, boolean isOriginOfItself) {
        this.element = element;
        this.redo = redo;
        this.isOriginOfItself = isOriginOfItself;
    }

    @Override
    public void open(OpenContext context) {
        run = getRuntimeContext().getJobInfo().getJobId().toHexString();
    }

    @Override
    public Row map(Row letter) {
        Row stamped = Row.copy(letter);
        stamped.setField(ELEMENT, element);
        stamped.setField(ID, UUID.randomUUID().toString());
        stamped.setField(RUN, run);
        stamped.setField(REDO, redo);
        if (isOriginOfItself && stamped.getField(ORIGIN) == null) {
            stamped.setField(SOURCE, element);
            stamped.setField(ORIGIN, stamped.getField(ROW));
        }
        return stamped;
    }
}
