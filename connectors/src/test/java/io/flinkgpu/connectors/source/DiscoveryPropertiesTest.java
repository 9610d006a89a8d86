package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.core.fs.Path;

class DiscoveryPropertiesTest {

    @Property
    void seenFilesAreASet(@ForAll @Size(max = 300) List<@IntRange(max = 200) Integer> names)
            throws IOException {
        Set<Integer> expected = new HashSet<>();
        SeenFiles seen = new SeenFiles();

        for (int name : names) {
            assertThat(seen.add(file(name, 1))).isEqualTo(expected.add(name));
        }

        assertThat(seen.size()).isEqualTo(expected.size());
        SeenFiles read = SeenFilesTest.read(seen);
        assertThat(names).allSatisfy(name -> assertThat(read.add(file(name, 1))).isFalse());
    }

    @Property
    void splitsJoinedAreTheFiles(
            @ForAll @Size(max = 300) List<@LongRange(min = -1, max = 40 << 20) Long> sizes,
            @ForAll @IntRange(min = 1, max = 300) int maxFiles,
            @ForAll @IntRange(min = 1, max = 8) int readers) {
        List<FoundFile> files =
                IntStream.range(0, sizes.size()).mapToObj(i -> file(i, sizes.get(i))).toList();

        List<FileSplit> splits = new SplitPlan(maxFiles, readers).split(files, 7);

        assertThat(splits.stream().flatMap(split -> split.files().stream()))
                .containsExactlyElementsOf(files);
        assertThat(splits).allMatch(split -> split.files().size() <= maxFiles);
        assertThat(splits)
                .extracting(FileSplit::splitId)
                .containsExactlyElementsOf(
                        IntStream.range(7, 7 + splits.size()).mapToObj(Integer::toString).toList());
        assertThat(splits).allMatch(split -> split.files().size() == 1 || bytes(split) <= 32 << 20);
    }

    private static long bytes(FileSplit split) {
        return split.files().stream().mapToLong(file -> Math.max(0, file.size())).sum();
    }

    private static FoundFile file(int name, long size) {
        return new FoundFile(new Path("/data/" + name), size, 1);
    }
}
