package io.flinkgpu.connectors.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.file.TestingFileSystem;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import io.flinkgpu.connectors.tar.TestingShards.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarSampleReaderTest {

    private static final Member[] THREE_SAMPLES = {
        Member.of("a/1.jpg", "first"),
        Member.of("a/1.cls", "0"),
        Member.of("a/2.jpg", ""),
        Member.of("a/3.jpg", "x".repeat(513)),
        Member.of("a/3.seg.png", "mask"),
    };

    @TempDir Path folder;

    @Test
    void makesASampleOfMembersWithACommonStem() throws IOException {
        FileSplit split = shard(TestingShards.tar(THREE_SAMPLES));

        List<MediaSample> samples = TestingShards.samples(split);

        assertThat(samples).extracting(MediaSample::key).containsExactly("a/1", "a/2", "a/3");
        assertThat(samples).extracting(MediaSample::index).containsExactly(0L, 1L, 2L);
        assertThat(samples).allMatch(sample -> sample.readFailure().isEmpty());
        assertThat(samples).allMatch(sample -> sample.shard().equals("file:" + shard()));
        assertThat(samples.get(0).members().keySet()).containsExactly("jpg", "cls");
        assertThat(samples.get(0).content("jpg")).hasValue(bytes("first"));
        assertThat(samples.get(1).content("jpg")).hasValue(new byte[0]);
        assertThat(samples.get(2).content("seg.png")).hasValue(bytes("mask"));
        assertThat(samples.get(2).file("jpg").orElseThrow().path())
                .isEqualTo("file:" + shard() + "!/a/3.jpg");
    }

    @Test
    void readsGzipWhateverTheShardIsCalled() throws IOException {
        byte[] tar = TestingShards.tar(THREE_SAMPLES);
        List<MediaSample> plain = TestingShards.samples(shard(tar));

        assertThat(TestingShards.samples(shard(TestingShards.gzip(tar)))).isEqualTo(plain);
    }

    @Test
    void readsGzipInSeveralPieces() throws IOException {
        byte[] tar = TestingShards.tar(THREE_SAMPLES);
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        pieces.write(TestingShards.gzip(Arrays.copyOf(tar, 700)));
        pieces.write(TestingShards.gzip(Arrays.copyOfRange(tar, 700, tar.length)));

        assertThat(TestingShards.samples(shard(pieces.toByteArray()))).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.LONGFILE_GNU})
    void readsLongAndForeignNames(int longNames) throws IOException {
        String stem = "ordner/" + "l\u00e4nge".repeat(60) + "/b\u00e4r";
        FileSplit split =
                shard(
                        TestingShards.tar(
                                longNames,
                                List.of(
                                        Member.of(stem + ".jpg", "1"),
                                        Member.of(stem + ".txt", "2"),
                                        Member.of("next.jpg", "3"))));

        List<RecordFormat.Positioned<MediaSample>> records = TestingShards.read(split);

        assertThat(records)
                .extracting(record -> record.record().key())
                .containsExactly(stem, "next");
        assertThat(records.get(0).record().members()).hasSize(2);
        assertThat(TestingShards.samples(TestingShards.behind(split, records.get(0))))
                .containsExactly(records.get(1).record());
    }

    @Test
    void goesOnBehindEverySample() throws IOException {
        byte[] tar = TestingShards.tar(THREE_SAMPLES);
        for (byte[] content : List.of(tar, TestingShards.gzip(tar))) {
            FileSplit split = shard(content);
            List<RecordFormat.Positioned<MediaSample>> all = TestingShards.read(split);

            for (int i = 0; i < all.size(); i++) {
                FileSplit rest = TestingShards.behind(split, all.get(i));
                assertThat(TestingShards.read(rest)).isEqualTo(all.subList(i + 1, all.size()));
            }
        }
    }

    @Test
    void seeksInPlainShards() throws IOException {
        byte[] tar = TestingShards.tar(THREE_SAMPLES);
        FileSplit split = shard(tar);
        ReadPosition second = TestingShards.read(split).get(0).next();
        Arrays.fill(tar, 0, 512, (byte) 0xff); // a header that nobody could read

        shard(tar);

        assertThat(second.offset()).isEqualTo(4 * 512);
        assertThat(TestingShards.samples(new FileSplit("0", split.files(), second)))
                .extracting(MediaSample::key)
                .containsExactly("a/2", "a/3");
    }

    @Test
    void leavesOutWhatIsNoMember() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(new TarArchiveEntry("a/"));
            tar.closeArchiveEntry();
            TarArchiveEntry link = new TarArchiveEntry("a/1.lnk", TarConstants.LF_SYMLINK);
            link.setLinkName("1.jpg");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            for (String name : List.of("README", ".DS_Store", "a/1.jpg", "__notes__")) {
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(3);
                tar.putArchiveEntry(entry);
                tar.write(bytes("abc"));
                tar.closeArchiveEntry();
            }
        }

        List<MediaSample> samples = TestingShards.samples(shard(bytes.toByteArray()));

        assertThat(samples).hasSize(1);
        assertThat(samples.get(0).key()).isEqualTo("a/1");
        assertThat(samples.get(0).members().keySet()).containsExactly("jpg");
    }

    @Test
    void reportsASampleThatIsTooLargeAndGoesOn() throws IOException {
        Member half = new Member("b.jpg", new byte[TestingShards.LIMIT / 2]);
        Member more = new Member("b.png", new byte[TestingShards.LIMIT / 2 + 1]);
        Member fits = new Member("c.jpg", new byte[TestingShards.LIMIT]);

        List<MediaSample> samples =
                TestingShards.samples(
                        shard(TestingShards.tar(Member.of("a.jpg", "1"), half, more, fits)));

        assertThat(samples).extracting(MediaSample::key).containsExactly("a", "b", "c");
        assertThat(samples.get(1).members()).isEmpty();
        assertThat(samples.get(1).readFailure())
                .hasValue(
                        new ReadFailure(
                                BadSampleException.class.getName(),
                                "Cannot read sample 'b' of shard 'file:%s': its members are larger than the limit of 100000 bytes (maxSampleSize)."
                                        .formatted(shard())));
        assertThat(samples.get(2).readFailure()).isEmpty();
    }

    @Test
    void reportsTwoMembersOfOneNameAndGoesOn() throws IOException {
        List<MediaSample> samples =
                TestingShards.samples(
                        shard(
                                TestingShards.tar(
                                        Member.of("a.jpg", "1"),
                                        Member.of("a.JPG", "2"),
                                        Member.of("b.jpg", "3"))));

        assertThat(samples).extracting(MediaSample::key).containsExactly("a", "b");
        assertThat(samples.get(0).readFailure())
                .map(ReadFailure::cause)
                .hasValue(
                        "Cannot read sample 'a' of shard 'file:%s': two members are called 'a.JPG', case aside."
                                .formatted(shard()));
    }

    @Test
    void reportsAShardThatIsCutOffAnywhere() throws IOException {
        byte[] tar = TestingShards.tar(THREE_SAMPLES);
        FileSplit split = shard(tar);
        List<MediaSample> whole = TestingShards.samples(split);
        int end = (int) TestingShards.read(split).get(2).next().offset();

        for (int length = 0; length < end + 512; length += 64) {
            assertThatTheRestIsReported(shard(Arrays.copyOf(tar, length)), whole);
        }
        assertThat(TestingShards.samples(shard(Arrays.copyOf(tar, end + 512)))).isEqualTo(whole);
    }

    @Test
    void reportsAGzipShardThatIsCutOffAnywhere() throws IOException {
        byte[] gzip = TestingShards.gzip(TestingShards.tar(THREE_SAMPLES));
        List<MediaSample> whole = TestingShards.samples(shard(gzip));

        for (int length = 0; length < gzip.length; length++) {
            assertThatTheRestIsReported(shard(Arrays.copyOf(gzip, length)), whole);
        }
    }

    @Test
    void namesShardAndMemberOfADamagedHeader() throws IOException {
        byte[] tar = TestingShards.tar(THREE_SAMPLES);
        Arrays.fill(tar, 1024 + 124, 1024 + 135, (byte) 'z'); // the size of the second member

        List<RecordFormat.Positioned<MediaSample>> records = TestingShards.read(shard(tar));

        assertThat(records).hasSize(1);
        assertThat(records.get(0).record().readFailure())
                .hasValueSatisfying(
                        failure -> {
                            assertThat(failure.errorClass())
                                    .isEqualTo(CorruptShardException.class.getName());
                            assertThat(failure.cause())
                                    .startsWith(
                                            "Cannot read shard 'file:%s' at member 'a/1.jpg' or behind it: "
                                                    .formatted(shard()));
                        });
        assertThat(records.get(0).isFailed()).isTrue();
        assertThat(TestingShards.read(TestingShards.behind(shard(tar), records.get(0)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "I am no archive", "<html>not found</html>"})
    void reportsWhatIsNoArchive(String content) throws IOException {
        List<MediaSample> samples = TestingShards.samples(shard(bytes(content)));

        assertThat(samples).hasSize(1);
        assertThat(samples.get(0).key()).isEmpty();
        assertThat(samples.get(0).readFailure())
                .map(ReadFailure::cause)
                .hasValueSatisfying(
                        cause ->
                                assertThat(cause)
                                        .startsWith(
                                                "Cannot read shard 'file:%s' from its start: "
                                                        .formatted(shard())));
    }

    @Test
    void reportsAShardThatHasVanished() throws IOException {
        FileSplit gone = TestingShards.split(new org.apache.flink.core.fs.Path("/gone.tar"));

        List<MediaSample> samples = TestingShards.samples(gone);

        assertThat(samples).hasSize(1);
        assertThat(samples.get(0).readFailure())
                .map(ReadFailure::errorClass)
                .hasValue(CorruptShardException.class.getName());
    }

    @Test
    void leavesToTheTaskWhatTheFileSystemDoesNotGive() throws IOException {
        Path file = folder.resolve("failing.tar");
        TestingShards.split(file, TestingShards.tar(THREE_SAMPLES));

        assertThatThrownBy(
                        () -> TestingShards.read(TestingShards.split(TestingFileSystem.path(file))))
                .isInstanceOf(IOException.class)
                .hasMessage("connection reset");
    }

    private static void assertThatTheRestIsReported(FileSplit split, List<MediaSample> whole)
            throws IOException {
        List<MediaSample> samples = TestingShards.samples(split);

        MediaSample last = samples.get(samples.size() - 1);
        assertThat(last.readFailure())
                .map(ReadFailure::errorClass)
                .hasValue(CorruptShardException.class.getName());
        assertThat(samples.subList(0, samples.size() - 1))
                .isEqualTo(whole.subList(0, samples.size() - 1));
    }

    private FileSplit shard(byte[] content) throws IOException {
        return TestingShards.split(shard(), content);
    }

    private Path shard() {
        return folder.resolve("shard.tar");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
