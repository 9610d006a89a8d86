package io.flinkgpu.connectors.tar;

import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileInput;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import javax.annotation.Nullable;
import org.apache.flink.util.IOUtils;

/**
 * Groups the members of a shard to samples: neighbours with the same key are one.
 *
 * <p>A sample that is too large or has two members of one name becomes a record with a failure, and
 * reading goes on. An archive that is damaged or does not exist becomes one such record, the
 * shard's last. When the file system fails otherwise, the task does: it is restarted and reads the
 * rest again.
 */
final class TarSampleReader implements RecordFormat.Reader<MediaSample> {

    // What an object, its strings and its place in a batch take.
    private static final int OVERHEAD_BYTES = 512;

    private final FoundFile shard;
    private final String shardName;
    private final ReadPosition start;
    private final int maxSampleBytes;

    @Nullable private FileInput file;
    @Nullable private TarMembers members;

    /** The name of the member that is current and belongs to no sample so far. */
    @Nullable private MemberName ahead;

    private String key = "";
    private long index;
    private boolean isDone;

    TarSampleReader(FileSplit split, int maxSampleBytes) {
        this.shard = split.files().get(0);
        this.shardName = shard.path().toString();
        this.start = split.position();
        this.maxSampleBytes = maxSampleBytes;
        this.isDone = start.file() > 0;
    }

    @Nullable
    @Override
    public RecordFormat.Positioned<MediaSample> read() throws IOException {
        if (isDone) {
            return null;
        }
        try {
            if (members == null) {
                open();
            }
            return ahead == null ? null : nextSample();
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            boolean isFilesFault = file == null || file.hasFailed();
            if (isFilesFault && mayExist()) {
                throw e; // the rest of a shard is too much to give up for a lost connection
            }
            isDone = true;
            return positioned(
                    MediaSample.unreadable(key, shardName, index, corrupt(e)),
                    OVERHEAD_BYTES,
                    ReadPosition.startOf(1));
        }
    }

    @Override
    public void close() {
        IOUtils.closeAllQuietly(members, file);
    }

    private void open() throws IOException {
        long offset = Math.max(0, start.offset());
        file = FileInput.open(shard.path());
        members = TarMembers.of(file, offset);
        index = offset > 0 ? start.record() : 0;
        goToNextNamed();
        while (index < start.record() && ahead != null) {
            skipSample();
        }
    }

    private void skipSample() throws IOException {
        key = ahead.key();
        while (ahead != null && ahead.key().equals(key)) {
            goToNextNamed();
        }
        index++;
    }

    private RecordFormat.Positioned<MediaSample> nextSample() throws IOException {
        key = ahead.key();
        SampleAssembly sample = new SampleAssembly(key, shardName, index, maxSampleBytes);
        long end = members.end();
        while (ahead != null && ahead.key().equals(key)) {
            sample.add(ahead, members);
            end = members.end();
            goToNextNamed();
        }
        index++;
        return positioned(
                sample.assembled(),
                OVERHEAD_BYTES + sample.bytes(),
                new ReadPosition(0, index, end));
    }

    private void goToNextNamed() throws IOException {
        ahead = null;
        while (ahead == null && members.next()) {
            ahead = MemberName.of(members.name()).orElse(null);
        }
    }

    private RecordFormat.Positioned<MediaSample> positioned(
            MediaSample sample, long bytes, ReadPosition next) {
        return new RecordFormat.Positioned<>(
                sample, shard.modifiedMillis(), bytes, sample.failure() != null, next);
    }

    /** Asked after a failure: some file systems open a file only when it is read. */
    private boolean mayExist() {
        try {
            return shard.path().getFileSystem().exists(shard.path());
        } catch (IOException e) {
            return true;
        }
    }

    private CorruptShardException corrupt(IOException cause) {
        String place = members == null ? "from its start" : members.place();
        return new CorruptShardException(shardName, place, cause.getMessage(), cause);
    }
}
