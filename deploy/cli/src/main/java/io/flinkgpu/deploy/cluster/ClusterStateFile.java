package io.flinkgpu.deploy.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The JSON file {@code cluster.json} in a cluster's directory; replaced as a whole, never half
 * written.
 */
final class ClusterStateFile {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path file;

    ClusterStateFile(Path directory) {
        this.file = directory.resolve("cluster.json");
    }

    /**
     * Reads what was started.
     *
     * @return empty if nothing was
     * @throws ClusterException if there is a file that cannot be read
     */
    Optional<ClusterState> read() {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), ClusterState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ClusterException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    void write(ClusterState state) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.write(next, JSON.writeValueAsBytes(state));
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ClusterException("Cannot write %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ClusterException("Cannot delete %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
