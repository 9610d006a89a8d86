package io.flinkgpu.benchmarks.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Files of one size, in directories and as tar shards with the same files.
 *
 * <p>A job that has to last longer reads them several times: by links to the directory of all.
 */
final class FileData {

    static final int FILE_BYTES = 10_000;
    static final int FILES_OF_DIRECTORY = 1_000;

    private final Path root;
    private final int files;

    private FileData(Path root, int files) {
        this.root = root;
        this.files = files;
    }

    /**
     * Writes the files.
     *
     * @param files a multiple of {@link #FILES_OF_DIRECTORY}
     */
    static FileData write(Path root, int files) throws Exception {
        FileData data = new FileData(root, files);
        Random random = new Random(7);
        Files.createDirectories(data.shards());
        for (int first = 0; first < files; first += FILES_OF_DIRECTORY) {
            Path directory = data.loose().resolve("%07d".formatted(first));
            Files.createDirectories(directory);
            for (int i = first; i < first + FILES_OF_DIRECTORY; i++) {
                byte[] content = new byte[FILE_BYTES];
                random.nextBytes(content);
                Files.write(directory.resolve("%07d.jpg".formatted(i)), content);
            }
            pack(directory, data.shards().resolve(directory.getFileName() + ".tar"));
        }
        return data;
    }

    int files() {
        return files;
    }

    /** A directory from which all files can be reached in so many ways. */
    Path loose(int times) throws IOException {
        return linked(loose(), times);
    }

    /** A directory from which all shards can be reached in so many ways. */
    Path shards(int times) throws IOException {
        return linked(shards(), times);
    }

    private Path loose() {
        return root.resolve("loose");
    }

    private Path shards() {
        return root.resolve("shards");
    }

    private Path linked(Path directory, int times) throws IOException {
        Path links = root.resolve(directory.getFileName() + "-" + times);
        if (!Files.exists(links)) {
            Files.createDirectories(links);
            for (int i = 0; i < times; i++) {
                Files.createSymbolicLink(links.resolve("time-" + i), directory);
            }
        }
        return links;
    }

    private static void pack(Path directory, Path shard) throws Exception {
        Process tar =
                new ProcessBuilder(
                                "tar",
                                "--format=ustar",
                                "--sort=name",
                                "-cf",
                                shard.toString(),
                                "-C",
                                directory.toString(),
                                ".")
                        .inheritIO()
                        .start();
        boolean hasEnded = tar.waitFor(1, TimeUnit.MINUTES);
        if (!hasEnded || tar.exitValue() != 0) {
            tar.destroyForcibly();
            throw new IOException("Cannot write shard '" + shard + "': tar failed.");
        }
    }
}
