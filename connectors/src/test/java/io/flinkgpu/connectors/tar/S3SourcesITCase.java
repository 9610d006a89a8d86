package io.flinkgpu.connectors.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.InvalidInputException;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.media.MediaFiles;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.RecordFormat;
import io.flinkgpu.connectors.tar.TestingShards.Member;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Media files and tar shards of an object store, through Flink's own file system for S3. */
class S3SourcesITCase {

    private static final int IMAGES = 50;

    @RegisterExtension
    @Order(1)
    static final TestingS3Server S3 = new TestingS3Server();

    @RegisterExtension
    @Order(2)
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    () ->
                            new MiniClusterResourceConfiguration.Builder()
                                    .setConfiguration(S3.configuration())
                                    .setNumberTaskManagers(1)
                                    .setNumberSlotsPerTaskManager(2)
                                    .build());

    @Test
    void readsFilesThatMatchAGlob() throws Exception {
        for (int i = 0; i < IMAGES; i++) {
            S3.put("images/" + i % 3 + "/" + i + ".jpg", new byte[] {(byte) 0xff, (byte) 0xd8, -1});
        }
        S3.put("images/0/notes.txt", bytes("no image"));

        List<FileContent> files =
                read(MediaFiles.of("s3://bucket/images/**/*.jpg").concurrentReads(8).build());

        assertThat(files)
                .extracting(FileContent::path)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, IMAGES)
                                .mapToObj(i -> "s3://bucket/images/" + i % 3 + "/" + i + ".jpg")
                                .toList());
        assertThat(files).allMatch(file -> file.contentType().equals("image/jpeg"));
        assertThat(files).allMatch(file -> file.modifiedMillis() > 0);
    }

    @Test
    void refersToALargeFileThatCanSeek() throws Exception {
        S3.put("films/long.mp4", bytes("....ftypisom" + "x".repeat(10_000) + "end"));

        List<FileContent> files =
                read(
                        MediaFiles.of("s3://bucket/films")
                                .maxFileSize(new MemorySize(1000))
                                .refersToLargerFiles()
                                .build());

        assertThat(files).hasSize(1);
        assertThat(files.get(0).isReference()).isTrue();
        assertThat(files.get(0).contentType()).isEqualTo("video/mp4");
        try (FSDataInputStream in = files.get(0).open()) {
            in.seek(files.get(0).size() - 3);
            assertThat(in.readAllBytes()).isEqualTo(bytes("end"));
        }
    }

    @Test
    void readsShards() throws Exception {
        S3.put("train/0.tar", TestingShards.tar(Member.of("a.jpg", "1"), Member.of("a.cls", "2")));
        S3.put("train/1.tar.gz", TestingShards.gzip(TestingShards.tar(Member.of("b.jpg", "3"))));

        List<MediaSample> samples = read(TarShards.of("s3://bucket/train").build());

        assertThat(samples).extracting(MediaSample::key).containsExactlyInAnyOrder("a", "b");
        assertThat(samples).allMatch(sample -> sample.readFailure().isEmpty());
    }

    @Test
    void goesOnInTheMiddleOfAShardAndReportsOneThatIsGone() throws Exception {
        S3.put(
                "resumed/0.tar",
                TestingShards.tar(Member.of("a.jpg", "1"), Member.of("b.jpg", "2")));
        FileSplit split = TestingShards.split(new Path("s3://bucket/resumed/0.tar"));
        List<RecordFormat.Positioned<MediaSample>> all = TestingShards.read(split);

        assertThat(TestingShards.read(TestingShards.behind(split, all.get(0))))
                .isEqualTo(all.subList(1, 2));
        S3.delete("resumed/0.tar");
        assertThat(TestingShards.samples(split).get(0).readFailure())
                .map(ReadFailure::errorClass)
                .hasValue(CorruptShardException.class.getName());
    }

    @Test
    void refusesWhatDoesNotExist() {
        MediaFiles files = MediaFiles.of("s3://bucket/missing", "s3://no-bucket/a");

        assertThatThrownBy(files::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Invalid input: s3://bucket/missing. It must be an existing")
                .hasMessageContaining("bucket does not exist");
    }

    private static <T> List<T> read(Source<T, ?, ?> source) throws Exception {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(S3.configuration());
        env.setParallelism(2);
        List<T> read = new ArrayList<>();
        try (CloseableIterator<T> records =
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "source")
                        .executeAndCollect()) {
            records.forEachRemaining(read::add);
        }
        return read;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
