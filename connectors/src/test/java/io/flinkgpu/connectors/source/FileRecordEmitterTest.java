package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.listing.FoundFile;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.core.fs.Path;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.junit.jupiter.api.Test;

class FileRecordEmitterTest {

    private final SourceReaderMetricGroup metrics =
            InternalSourceReaderMetricGroup.mock(new UnregisteredMetricsGroup());
    private final FileRecordReader.Emitter<String, String> emitter =
            new FileRecordReader.Emitter<>(new WithoutBlanks(), metrics);
    private final FileRecordReader.SplitProgress progress =
            new FileRecordReader.SplitProgress(
                    new FileSplit(
                            "a",
                            List.of(FoundFile.named(new Path("/a"))),
                            ReadPosition.startOf(0)));
    private final Emitted emitted = new Emitted();

    @Test
    void countsWhatCouldNotBeRead() throws Exception {
        emit("one", false);
        emit("why", true);

        assertThat(emitted.records).containsExactly("one", "why");
        assertThat(metrics.getNumRecordsInErrorsCounter().getCount()).isOne();
    }

    @Test
    void countsWhatTheMappingLeavesOutOnce() throws Exception {
        emit("", false);
        emit("", true);
        emit("two", false);

        assertThat(emitted.records).containsExactly("two");
        assertThat(metrics.getNumRecordsInErrorsCounter().getCount()).isEqualTo(2);
    }

    private void emit(String record, boolean isFailed) throws Exception {
        emitter.emitRecord(
                new RecordFormat.Positioned<>(record, 0, 1, isFailed, ReadPosition.startOf(1)),
                emitted,
                progress);
    }

    /** Leaves out empty texts. */
    private record WithoutBlanks() implements RecordMapping<String, String> {

        @Nullable
        @Override
        public String map(String record) {
            return record.isEmpty() ? null : record;
        }

        @Override
        public TypeInformation<String> type() {
            return Types.STRING;
        }
    }

    /** Keeps what is emitted. */
    private static final class Emitted implements SourceOutput<String> {

        private final List<String> records = new ArrayList<>();

        @Override
        public void collect(String record) {
            records.add(record);
        }

        @Override
        public void collect(String record, long timestamp) {
            records.add(record);
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}
    }
}
