package io.flinkgpu.inference.pool.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over the wire and back, in a process with the memory for it. */
@Timeout(120)
class LargeTransferTest {

    @Test
    void moreThan256MebibytesTravelBothWays() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-XX:MaxDirectMemorySize=2g",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LargeTransferProcess.class.getName(),
                                "260")
                        .redirectErrorStream(true)
                        .start();
        try {
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said.lines()).contains(LargeTransferProcess.SAME);
        } finally {
            process.destroyForcibly();
        }
    }
}
