package io.flinkgpu.connectors.tar;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.RecordFormat;
import io.flinkgpu.connectors.tar.TestingShards.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.flink.util.FileUtils;

class TarSamplesPropertiesTest {

    private static Path folder;

    /** What belongs together: a key, and contents by extension. */
    record Sample(String key, Map<String, byte[]> contents) {}

    @BeforeContainer
    static void createFolder() throws IOException {
        folder = Files.createTempDirectory("shards");
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        FileUtils.deleteDirectory(folder.toFile());
    }

    @Property(tries = 200)
    void whatGoesInComesOutFromAnyPositionOn(
            @ForAll("shards") List<Sample> samples,
            @ForAll boolean isGnu,
            @ForAll boolean isGzip,
            @ForAll @IntRange(max = 20) int checkpoint)
            throws IOException {
        int longNames =
                isGnu ? TarArchiveOutputStream.LONGFILE_GNU : TarArchiveOutputStream.LONGFILE_POSIX;
        byte[] tar = TestingShards.tar(longNames, members(samples));
        FileSplit split =
                TestingShards.split(
                        folder.resolve("shard"), isGzip ? TestingShards.gzip(tar) : tar);

        List<RecordFormat.Positioned<MediaSample>> all = TestingShards.read(split);

        assertThat(all)
                .extracting(RecordFormat.Positioned::record)
                .isEqualTo(expected(samples, split));
        if (!all.isEmpty()) {
            int read = checkpoint % all.size();
            FileSplit rest = TestingShards.behind(split, all.get(read));
            assertThat(TestingShards.read(rest)).isEqualTo(all.subList(read + 1, all.size()));
        }
    }

    @Property(tries = 500)
    void damageIsReportedAndNeverThrown(
            @ForAll("shards") List<Sample> samples,
            @ForAll boolean isGzip,
            @ForAll @IntRange(max = 100_000) int at,
            @ForAll byte octet)
            throws IOException {
        byte[] tar = TestingShards.tar(TarArchiveOutputStream.LONGFILE_POSIX, members(samples));
        byte[] content = isGzip ? TestingShards.gzip(tar) : tar;
        content[at % content.length] = octet;

        List<MediaSample> read =
                TestingShards.samples(TestingShards.split(folder.resolve("damaged"), content));

        long reported =
                read.stream()
                        .flatMap(sample -> sample.readFailure().stream())
                        .filter(
                                failure ->
                                        failure.errorClass()
                                                .equals(CorruptShardException.class.getName()))
                        .count();
        assertThat(reported).isLessThanOrEqualTo(1);
    }

    @Provide
    Arbitrary<List<Sample>> shards() {
        Arbitrary<String> stems =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(150);
        Arbitrary<String> folders = Arbitraries.of("", "train/", "v1.0/deep/", "\u00fc/");
        Arbitrary<String> extensions = Arbitraries.of("jpg", "cls", "json", "seg.png", "txt");
        Arbitrary<byte[]> contents = Arbitraries.bytes().array(byte[].class).ofMaxSize(1200);
        Arbitrary<Map<String, byte[]>> members =
                Arbitraries.maps(extensions, contents).ofMinSize(1).ofMaxSize(4);
        return Combinators.combine(folders, stems, members)
                .as((directory, stem, all) -> new Sample(directory + stem, all))
                .list()
                .uniqueElements(Sample::key)
                .ofMaxSize(8);
    }

    private static List<Member> members(List<Sample> samples) {
        List<Member> members = new ArrayList<>();
        for (Sample sample : samples) {
            sample.contents()
                    .forEach(
                            (extension, content) ->
                                    members.add(
                                            new Member(sample.key() + "." + extension, content)));
        }
        return members;
    }

    private static List<MediaSample> expected(List<Sample> samples, FileSplit split) {
        List<MediaSample> expected = new ArrayList<>();
        for (Sample sample : samples) {
            expected.add(
                    new MediaSample(
                            sample.key(),
                            new LinkedHashMap<>(sample.contents()),
                            split.files().get(0).path().toString(),
                            expected.size(),
                            null));
        }
        return expected;
    }
}
