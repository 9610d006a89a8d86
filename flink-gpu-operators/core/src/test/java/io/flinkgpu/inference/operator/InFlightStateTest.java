package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.types.IntValue;
import org.junit.jupiter.api.Test;

/** What a checkpoint holds of rows that user code changes while it is written. */
class InFlightStateTest {

    @Test
    void doesNotCopyRowsThatAreWrittenBeforeTheyAreUsed() throws Exception {
        CheckpointedRows rows = new CheckpointedRows();
        InFlightRow<IntValue, IntValue> row = rows.add(1);
        IntValue original = row.record().getValue();

        assertThat(rows.startCheckpoint().write()).containsExactly(1);

        assertThat(row.value()).isSameAs(original);
        assertThat(rows.rowsLent()).isZero();
    }

    @Test
    void writesRowsAsTheyWereWhenUserCodeChangesThem() throws Exception {
        CheckpointedRows rows = new CheckpointedRows();
        InFlightRow<IntValue, IntValue> row = rows.add(1);
        rows.add(2);

        CheckpointedRows.Started checkpoint = rows.startCheckpoint();
        row.value().setValue(100);

        assertThat(checkpoint.write()).containsExactly(1, 2);
        assertThat(row.value().getValue()).isEqualTo(100);
        assertThat(rows.startCheckpoint().write()).containsExactly(100, 2);
    }

    @Test
    void writesACompletedRowAsItWasWhenItsResultChanges() throws Exception {
        CheckpointedRows rows = new CheckpointedRows();
        InFlightRow<IntValue, IntValue> row = rows.add(1);
        IntValue result = row.value();
        row.complete(result);

        CheckpointedRows.Started checkpoint = rows.startCheckpoint();
        result.setValue(100);

        assertThat(checkpoint.write()).containsExactly(1);
    }

    @Test
    void writesRowsThatLeftMeanwhile() throws Exception {
        CheckpointedRows rows = new CheckpointedRows();
        InFlightRow<IntValue, IntValue> row = rows.add(1);

        CheckpointedRows.Started checkpoint = rows.startCheckpoint();
        row.complete(row.value());
        row.record().replace(new IntValue(5));

        assertThat(checkpoint.write()).containsExactly(1);
    }

    @Test
    void readsWhatFlinksOwnSerializerWrote() throws Exception {
        assertThat(CheckpointedRows.startCheckpointOfFlink(1, 2).write()).containsExactly(1, 2);
    }

    @Test
    void lendsToSeveralCheckpointsAtOnce() throws Exception {
        CheckpointedRows rows = new CheckpointedRows();
        InFlightRow<IntValue, IntValue> row = rows.add(1);
        CheckpointedRows.Started first = rows.startCheckpoint();
        CheckpointedRows.Started second = rows.startCheckpoint();

        assertThat(first.write()).containsExactly(1);
        row.value().setValue(100);

        assertThat(second.write()).containsExactly(1);
        assertThat(rows.rowsLent()).isZero();
    }

    @Test
    void endsLoansOfACheckpointThatIsGivenUpWhenTheirRowsAreUsed() throws Exception {
        CheckpointedRows rows = new CheckpointedRows();
        InFlightRow<IntValue, IntValue> row = rows.add(1);
        CheckpointedRows.Started unused = rows.startCheckpoint();
        assertThat(rows.rowsLent()).isEqualTo(1);

        row.value().setValue(2);

        assertThat(rows.rowsLent()).isZero();
        assertThat(rows.startCheckpoint().write()).containsExactly(2);
    }
}
