package io.flinkgpu.inference.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryTest {

    private static final int SMALLEST = 1 << 16;

    @TempDir private Path directory;

    @Test
    void usesASegmentAgainThatIsLargeEnough() {
        SharedMemory memory = new SharedMemory(directory, 1 << 20);
        Segment first = memory.borrow(100_000).orElseThrow();
        memory.giveBack(first);

        assertThat(memory.borrow(131_072)).contains(first);
        assertThat(memory.borrow(10)).isNotEmpty().get().isNotEqualTo(first);
        assertThat(first.capacity()).isEqualTo(131_072);
    }

    @Test
    void dropsWhatIsIdleForWhatIsLarger() {
        SharedMemory memory = new SharedMemory(directory, 4 * SMALLEST);
        Segment small = memory.borrow(1).orElseThrow();
        memory.giveBack(small);

        assertThat(memory.borrow(4 * SMALLEST)).isPresent();
        assertThat(memory.takeDropped()).containsExactly(small.number());
        assertThat(memory.takeDropped()).isEmpty();
    }

    @Test
    void hasABound() {
        SharedMemory memory = new SharedMemory(directory, 2 * SMALLEST);

        assertThat(memory.borrow(3 * SMALLEST)).isEmpty();
        Segment first = memory.borrow(1).orElseThrow();
        assertThat(memory.borrow(1)).isPresent();
        assertThat(memory.borrow(1)).isEmpty();
        memory.forget(first);
        assertThat(memory.borrow(1)).isPresent();
    }

    @Test
    void hasNoneWhereThereIsNoDirectory() {
        assertThat(new SharedMemory(directory.resolve("none"), 1 << 20).borrow(1)).isEmpty();
    }

    @Test
    void leavesNoFileBehind() {
        SharedMemory memory = new SharedMemory(directory, 1 << 20);
        memory.giveBack(memory.borrow(1).orElseThrow());
        assertThat(memory.borrow(100_000)).isPresent();
        assertThat(directory).isNotEmptyDirectory();

        memory.close();

        assertThat(directory).isEmptyDirectory();
    }
}
