package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;

class FileSplitReaderTest {

    private long nanos;

    @Test
    void readsOneSplitAfterTheOther() throws IOException {
        FileSplitReader<Integer> reader = reader(1, 0);
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split("a", 3), split("b", 2))));

        assertThat(next(reader)).containsExactly("a0", "a1", "a2", "end of a");
        assertThat(next(reader)).containsExactly("b0", "b1", "end of b");
        assertThat(next(reader)).isEmpty();
    }

    @Test
    void endsABatchByNumber() throws IOException {
        FileSplitReader<Integer> reader = reader(1, 0);
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split("a", 300))));

        assertThat(next(reader)).hasSize(256);
        assertThat(next(reader)).hasSize(45).endsWith("end of a");
    }

    @Test
    void endsABatchByBytes() throws IOException {
        FileSplitReader<Integer> reader = reader(3 << 20, 0);
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split("a", 3))));

        assertThat(next(reader)).containsExactly("a0", "a1");
        assertThat(next(reader)).containsExactly("a2", "end of a");
    }

    @Test
    void endsABatchByTime() throws IOException {
        FileSplitReader<Integer> reader = reader(1, 30);
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split("a", 3))));

        assertThat(next(reader)).containsExactly("a0", "a1");
        assertThat(next(reader)).containsExactly("a2", "end of a");
    }

    private FileSplitReader<Integer> reader(long bytesOfARecord, long millisOfARecord) {
        return new FileSplitReader<>(new Numbers(bytesOfARecord, millisOfARecord), () -> nanos);
    }

    private static FileSplit split(String id, int records) {
        List<FoundFile> files =
                IntStream.range(0, records)
                        .mapToObj(i -> FoundFile.named(new Path("/" + i)))
                        .toList();
        return new FileSplit(id, files, ReadPosition.startOf(0));
    }

    private static List<String> next(FileSplitReader<Integer> reader) throws IOException {
        List<String> read = new ArrayList<>();
        RecordsWithSplitIds<RecordFormat.Positioned<Integer>> batch = reader.fetch();
        for (String split = batch.nextSplit(); split != null; split = batch.nextSplit()) {
            for (var next = batch.nextRecordFromSplit();
                    next != null;
                    next = batch.nextRecordFromSplit()) {
                read.add(split + next.record());
            }
        }
        batch.finishedSplits().forEach(split -> read.add("end of " + split));
        return read;
    }

    /** A record for each file, its index; each takes its time. */
    private final class Numbers implements RecordFormat<Integer> {

        private static final long serialVersionUID = 1L;

        private final long bytes;
        private final long millis;

        private Numbers(long bytes, long millis) {
            this.bytes = bytes;
            this.millis = millis;
        }

        @Override
        public Reader<Integer> open(FileSplit split) {
            return new Reader<>() {
                private int read;

                @Override
                public Positioned<Integer> read() {
                    if (read == split.files().size()) {
                        return null;
                    }
                    nanos += Duration.ofMillis(millis).toNanos();
                    int number = read++;
                    return new Positioned<>(number, 0, bytes, false, ReadPosition.startOf(read));
                }

                @Override
                public void close() {
                    // holds nothing
                }
            };
        }

        @Override
        public TypeInformation<Integer> type() {
            return Types.INT;
        }

        @Override
        public int maxFilesPerSplit() {
            return 1;
        }
    }
}
