package io.flinkgpu.deploy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The assembled distribution, with and without the jars of TensorFlow. */
@Timeout(120)
class DistributionITCase {

    private static final Path HOME = Path.of(System.getProperty("flinkgpu.test.dist"));
    private static final long MOST_BYTES_WITHOUT_TENSORFLOW = 400_000_000;

    @TempDir Path directory;

    @Test
    void isSmallWithoutTensorFlow() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(HOME)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += isOfTensorFlow(file) ? 0 : Files.size(file);
            }
        }

        assertThat(bytes).isLessThan(MOST_BYTES_WITHOUT_TENSORFLOW);
    }

    @Test
    void holdsNoNativesOfOtherSystems() throws IOException {
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .noneMatch(name -> name.matches(".*-(osx|windows|linux-aarch).*"));
        }
    }

    @Test
    void holdsTheNativesOfOnnxRuntimeForThisSystemAlone() throws IOException {
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            Path onnx =
                    jars.filter(jar -> jar.getFileName().toString().startsWith("onnxruntime-"))
                            .findFirst()
                            .orElseThrow();
            try (JarFile jar = new JarFile(onnx.toFile())) {
                assertThat(jar.stream().map(JarEntry::getName))
                        .filteredOn(name -> name.matches("ai/onnxruntime/native/[^/]+/.+"))
                        .isNotEmpty()
                        .allMatch(name -> name.startsWith("ai/onnxruntime/native/linux-x64/"));
            }
        }
    }

    @Test
    void runsAJobOnASimulatedModelWithoutTensorFlow() throws Exception {
        Path output = directory.resolve("output");
        Process process =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "@" + HOME.resolve("conf/jvm.options"),
                                "-Dlog.file=" + directory.resolve("log"),
                                "-cp",
                                classPathWithoutTensorFlow(),
                                SimulatedJob.class.getName(),
                                directory.resolve("checkpoints").toUri().toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();

        boolean ended = process.waitFor(100, TimeUnit.SECONDS);
        process.destroyForcibly();

        assertThat(Files.readString(output, StandardCharsets.UTF_8))
                .contains("rows=" + SimulatedJob.ROWS);
        assertThat(ended).isTrue();
    }

    private static String classPathWithoutTensorFlow() throws IOException {
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            List<Path> kept = jars.filter(jar -> !isOfTensorFlow(jar)).toList();
            assertThat(kept).isNotEmpty();
            return Stream.concat(kept.stream(), Stream.of(testClasses()))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static Path testClasses() {
        return Path.of("target", "test-classes").toAbsolutePath();
    }

    private static boolean isOfTensorFlow(Path file) {
        return file.getFileName()
                .toString()
                .matches("(flink-gpu-tensorflow|tensorflow-core|ndarray|javacpp)-.*\\.jar");
    }
}
