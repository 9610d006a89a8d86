package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.listing.ExactPath;
import io.flinkgpu.connectors.listing.InputScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.FileSourceSplitSerializer;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileEnumeratorTest {

    @TempDir java.nio.file.Path folder;

    @Test
    void findsMatchingFilesInAllFoldersAndSkipsHiddenOnes() throws IOException {
        files("b.jpg", "a.JPG", "sub/deep/c.Jpeg", "d.png", ".e.jpg", "_f.jpg", ".git/g.jpg");

        Collection<FileSourceSplit> splits =
                new WholeFileEnumerator(new InputScanner(List.of(".jpg", ".JPEG")), 1)
                        .enumerateSplits(inputs(folder), 1);

        assertThat(namesInOrderOfReading(splits)).containsExactly("a.JPG", "b.jpg", "c.Jpeg");
    }

    @Test
    void readsEachFileOncePerPassUnderItsOwnSplitId() throws IOException {
        files("a.jpg", "b.jpg");

        Collection<FileSourceSplit> splits = enumerate(3, folder);

        assertThat(splits).extracting(FileSourceSplit::splitId).doesNotHaveDuplicates();
        assertThat(namesInOrderOfReading(splits))
                .containsExactly("a.jpg", "b.jpg", "a.jpg", "b.jpg", "a.jpg", "b.jpg");
    }

    @Test
    void holdsEachGroupOnceHoweverManyThePasses() throws IOException {
        files("a.jpg", "b.jpg");

        Collection<FileSourceSplit> splits = enumerate(Integer.MAX_VALUE, folder);

        assertThat(splits).hasSize(1);
        PassAssigner assigner = new PassAssigner(splits);
        for (int i = 0; i < 1000; i++) {
            assertThat(assigner.getNext(null)).isPresent();
        }
        assertThat(assigner.remainingSplits()).hasSize(1);
    }

    @Test
    void groupsFilesWhenThereAreManyForEachReader() throws IOException {
        for (int i = 0; i < 100; i++) {
            files("%03d.jpg".formatted(i));
        }

        assertThat(sizes(enumerate(1, 1, folder))).hasSize(17).containsOnly(6, 4);
        assertThat(sizes(enumerate(1, 8, folder))).hasSize(100).containsOnly(1);
        assertThat(sizes(enumerate(50, 2, folder))).hasSize(4).containsOnly(32, 4);
        assertThat(namesInOrderOfReading(enumerate(1, 1, folder))).hasSize(100).isSorted();
    }

    @Test
    void keepsGroupsAcrossACheckpoint() throws IOException {
        List<Path> files =
                List.of(
                        new Path("s3://bucket/a b.jpg"),
                        new Path("file:/x\ny/\u00e4#?%20.jpg"),
                        ExactPath.child(new Path("file:/x"), " a:b\\c "),
                        new Path("file:/x/ d "));
        FileSourceSplit split = FileGroup.toSplit("0-0", files);
        FileSourceSplitSerializer serializer = FileSourceSplitSerializer.INSTANCE;

        FileSourceSplit restored =
                serializer.deserialize(serializer.getVersion(), serializer.serialize(split));

        assertThat(FileGroup.files(restored)).isEqualTo(files);
    }

    @Test
    void keepsSplitIdsApartWhenInputsOverlap() throws IOException {
        files("a.jpg", "sub/b.jpg");

        Collection<FileSourceSplit> splits = enumerate(1, folder, folder.resolve("sub"));

        assertThat(namesInOrderOfReading(splits)).containsExactly("a.jpg", "b.jpg", "b.jpg");
        assertThat(splits).extracting(FileSourceSplit::splitId).doesNotHaveDuplicates();
    }

    @Test
    void readsListRelativeToItsFolder() throws IOException {
        files("images/a b.jpg", "other/c.bin", "lists/x");
        java.nio.file.Path list = folder.resolve("lists/train.TXT");
        Files.write(list, List.of("# digits", "../images/a b.jpg", "", "  ../other/c.bin  "));

        Collection<FileSourceSplit> splits = enumerate(1, list);

        assertThat(namesInOrderOfReading(splits)).containsExactly("a b.jpg", "c.bin");
        for (FileSourceSplit split : splits) {
            for (Path file : FileGroup.files(split)) {
                assertThat(file.getFileSystem().exists(file)).isTrue();
            }
        }
    }

    @Test
    void readsHiddenAndUnmatchedFilesThatAreNamedAsInputs() throws IOException {
        files("_a.bin");

        Collection<FileSourceSplit> splits =
                new WholeFileEnumerator(new InputScanner(List.of(".jpg")), 1)
                        .enumerateSplits(inputs(folder.resolve("_a.bin")), 1);

        assertThat(namesInOrderOfReading(splits)).containsExactly("_a.bin");
    }

    @Test
    void asksTheFileSystemOncePerDirectoryAndNeverForBlocks() throws IOException {
        for (int i = 0; i < 200; i++) {
            files("sub" + i % 4 + "/" + i + ".jpg");
        }
        Path input = TestingFileSystem.path(folder);
        InputScanner scanner = new InputScanner(List.of());
        scanner.scan(input); // loads the file system
        TestingFileSystem.resetCounters();
        int statusCallsOfListings = 4 + 200; // LocalFileSystem makes one a child inside listStatus

        new WholeFileEnumerator(scanner, 5).enumerateSplits(new Path[] {input}, 1);

        assertThat(TestingFileSystem.LISTINGS).hasValue(1 + 4);
        assertThat(TestingFileSystem.STATUS_CALLS).hasValue(1 + statusCallsOfListings);
        assertThat(TestingFileSystem.BLOCK_CALLS).hasValue(0);
    }

    @Test
    void failsWhenAnInputVanishesBeforeTheJobStarts() {
        assertThatThrownBy(() -> enumerate(1, folder.resolve("gone")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Invalid input: ");
    }

    private static Collection<FileSourceSplit> enumerate(int passes, java.nio.file.Path... paths)
            throws IOException {
        return enumerate(passes, 1, paths);
    }

    private static Collection<FileSourceSplit> enumerate(
            int passes, int readers, java.nio.file.Path... paths) throws IOException {
        return new WholeFileEnumerator(new InputScanner(List.of()), passes)
                .enumerateSplits(inputs(paths), readers);
    }

    private static List<Integer> sizes(Collection<FileSourceSplit> splits) {
        return splits.stream().map(FileGroup::size).toList();
    }

    private static Path[] inputs(java.nio.file.Path... paths) {
        return Arrays.stream(paths).map(path -> new Path(path.toUri())).toArray(Path[]::new);
    }

    private static List<String> namesInOrderOfReading(Collection<FileSourceSplit> splits) {
        PassAssigner assigner = new PassAssigner(splits);
        List<String> names = new ArrayList<>();
        Optional<FileSourceSplit> next = assigner.getNext(null);
        while (next.isPresent()) {
            FileGroup.files(next.get()).forEach(file -> names.add(file.getName()));
            next = assigner.getNext(null);
        }
        return names;
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            java.nio.file.Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }
}
