package io.flinkgpu.connectors.tar;

import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes shards and reads them as the source does. */
final class TestingShards {

    static final int LIMIT = 100_000;

    private TestingShards() {}

    /** A member of a shard. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Member(String name, byte[] content) {

        static Member of(String name, String content) {
            return new Member(name, content.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * An archive.
     *
     * @param longNames one of {@code LONGFILE_*} of {@link TarArchiveOutputStream}
     */
    static byte[] tar(int longNames, List<Member> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(bytes, 512, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(longNames);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Member member : members) {
                TarArchiveEntry entry = new TarArchiveEntry(member.name());
                entry.setSize(member.content().length);
                tar.putArchiveEntry(entry);
                tar.write(member.content());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    static byte[] tar(Member... members) throws IOException {
        return tar(TarArchiveOutputStream.LONGFILE_POSIX, List.of(members));
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    /** The split of a new file with this content. */
    static FileSplit split(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        return split(new org.apache.flink.core.fs.Path(file.toUri()));
    }

    static FileSplit split(org.apache.flink.core.fs.Path shard) {
        return new FileSplit("0", List.of(FoundFile.named(shard)), ReadPosition.startOf(0));
    }

    /** All records from the split's position on. */
    static List<RecordFormat.Positioned<MediaSample>> read(FileSplit split) throws IOException {
        List<RecordFormat.Positioned<MediaSample>> records = new ArrayList<>();
        try (RecordFormat.Reader<MediaSample> reader = new TarSamples(LIMIT).open(split)) {
            for (var next = reader.read(); next != null; next = reader.read()) {
                records.add(next);
            }
        }
        return records;
    }

    static List<MediaSample> samples(FileSplit split) throws IOException {
        return read(split).stream().map(RecordFormat.Positioned::record).toList();
    }

    /** The same split, as a checkpoint behind a record holds it. */
    static FileSplit behind(FileSplit split, RecordFormat.Positioned<MediaSample> record) {
        return new FileSplit(split.splitId(), split.files(), record.next());
    }
}
