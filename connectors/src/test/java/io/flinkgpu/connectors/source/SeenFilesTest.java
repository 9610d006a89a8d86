package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class SeenFilesTest {

    private static final Duration WINDOW = Duration.ofMillis(100);

    private final SeenFiles seen = new SeenFiles();

    @Test
    void tellsAFileOnceAsNewWhateverElseChanges() {
        assertThat(seen.add(file("a", 10))).isTrue();
        assertThat(seen.add(file("b", 10))).isTrue();
        assertThat(seen.add(file("a", 20))).isFalse();
    }

    @Test
    void remembersForEverWithoutAWindow() {
        seen.add(file("a", 1));
        seen.add(file("b", 1_000_000));

        seen.forgetOutside(null);

        assertThat(seen.add(file("a", 1))).isFalse();
        assertThat(seen.size()).isEqualTo(2);
    }

    @Test
    void countsWhatItForgotAsSeen() {
        seen.add(file("old", 899));
        seen.add(file("edge", 900));
        seen.add(file("new", 1000));

        seen.forgetOutside(WINDOW);

        assertThat(seen.size()).isEqualTo(2);
        assertThat(seen.add(file("old", 899))).isFalse();
        assertThat(seen.add(file("late", 899))).isFalse();
        assertThat(seen.add(file("edge", 900))).isFalse();
        assertThat(seen.add(file("other", 900))).isTrue();
    }

    @Test
    void takesAllOldFilesBeforeItForgetsAny() {
        seen.add(file("new", 1000));

        assertThat(seen.add(file("old", 1))).isTrue();
    }

    @Test
    void keepsFilesThatHaveNoTime() {
        seen.add(file("a", 0));
        seen.add(file("new", 1000));

        seen.forgetOutside(WINDOW);

        assertThat(seen.add(file("a", 0))).isFalse();
        assertThat(seen.add(file("b", 0))).isTrue();
    }

    @Test
    void isTheSameWhenReadAgain() throws IOException {
        for (int i = 1; i <= 1000; i++) {
            seen.add(file("a" + i, i));
        }
        seen.forgetOutside(WINDOW);

        SeenFiles read = read(seen);

        assertThat(read.size()).isEqualTo(101);
        assertThat(read.add(file("a950", 950))).isFalse();
        assertThat(read.add(file("a1", 1))).isFalse();
        assertThat(read.add(file("b950", 950))).isTrue();
    }

    @Test
    void leavesACopyAlone() {
        SeenFiles copy = seen.copy();

        seen.add(file("a", 1));

        assertThat(copy.size()).isZero();
        assertThat(copy.add(file("a", 1))).isTrue();
    }

    static SeenFiles read(SeenFiles seen) throws IOException {
        DataOutputSerializer target = new DataOutputSerializer(16);
        seen.write(target);
        return SeenFiles.read(new DataInputDeserializer(target.getCopyOfBuffer()));
    }

    private static FoundFile file(String name, long modifiedMillis) {
        return new FoundFile(new Path("/data/" + name), 1, modifiedMillis);
    }
}
