package io.flinkgpu.inference.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {

    @Test
    void countsChildren() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")));
        Process child = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(ProcessMemory.of(child.pid())).isPresent();
            assertThat(ProcessMemory.withChildren().orElseThrow().residentBytes()).isPositive();
        } finally {
            child.destroyForcibly();
        }
        child.waitFor();
        assertThat(ProcessMemory.of(child.pid())).isEmpty();
    }

    @TempDir private Path directory;

    @Test
    void readsWhatLinuxWrites() throws IOException {
        Path status =
                Files.writeString(
                        directory.resolve("status"),
                        """
                        Name:\tjava
                        VmHWM:\t 5400000 kB
                        VmRSS:\t 5200000 kB
                        RssAnon:\t 4700000 kB
                        RssFile:\t  490000 kB
                        RssShmem:\t   10000 kB
                        VmData:\t 9000000 kB
                        """);

        assertThat(ProcessMemory.read(status))
                .contains(new ProcessMemory(5_200_000L * 1024, 4_710_000L * 1024));
    }

    @Test
    void otherSystemsTellNothing() throws IOException {
        Path foreign = Files.writeString(directory.resolve("status"), "Name:\tjava\n");

        assertThat(ProcessMemory.read(foreign)).isEmpty();
        assertThat(ProcessMemory.read(directory.resolve("missing"))).isEmpty();
    }

    @Test
    void thisProcessHoldsMoreThanItsHeapInUse() {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs Linux");

        ProcessMemory now = ProcessMemory.now().orElseThrow();

        assertThat(now.pinnedBytes()).isBetween(10L << 20, now.residentBytes());
    }
}
