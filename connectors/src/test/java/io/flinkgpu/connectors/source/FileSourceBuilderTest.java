package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.InvalidInputException;
import io.flinkgpu.connectors.media.MediaFiles;
import io.flinkgpu.connectors.tar.TarShards;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceBuilderTest {

    @TempDir java.nio.file.Path folder;

    @Test
    void isBoundedUnlessItMonitors() throws Exception {
        Files.writeString(folder.resolve("a.jpg"), "a");

        assertThat(files().build().getBoundedness()).isEqualTo(Boundedness.BOUNDED);
        assertThat(files().monitor(Duration.ofSeconds(1)).build().getBoundedness())
                .isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
        assertThat(InstantiationUtil.isSerializable(files().build())).isTrue();
    }

    @Test
    void refusesADirectoryWithoutFilesUnlessItMonitors() {
        assertThatThrownBy(() -> files().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("It must hold at least one file, hidden ones aside.");
        assertThat(files().monitor(Duration.ofSeconds(1)).build()).isNotNull();
    }

    @Test
    void takesTarArchivesAlone() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "a");
        TarShards shards = TarShards.of(folder.toString());

        assertThatThrownBy(shards::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "It must hold at least one file that ends in .tar or .tar.gz or .tgz");
    }

    @Test
    void refusesAMissingDirectoryAndAnUnknownScheme() {
        MediaFiles files = MediaFiles.of(folder + "/missing", "nosuch://host/a");

        assertThatThrownBy(files::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("/missing. It must be an existing directory")
                .hasMessageContaining("Could not find a file system implementation for scheme");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> MediaFiles.of(new String[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid inputs: none. Name at least one directory, file, glob or file list.");
        assertThatThrownBy(() -> files().monitor(Duration.ZERO))
                .hasMessage("Invalid interval: PT0S. It must be at least 1 ms.");
        assertThatThrownBy(() -> files().minAge(Duration.ofSeconds(-1)))
                .hasMessage("Invalid minAge: PT-1S. It must not be negative.");
        assertThatThrownBy(() -> files().remember(Duration.ZERO))
                .hasMessage("Invalid remember: PT0S. It must be positive.");
        assertThatThrownBy(() -> files().extensions("jpg"))
                .hasMessage("Invalid extension: 'jpg'. It must start with a dot, such as '.jpg'.");
        assertThatThrownBy(() -> files().maxFileSize(MemorySize.ZERO))
                .hasMessage(
                        "Invalid maxFileSize: 0 bytes. It must be within 1 and 2147483631 bytes.");
        assertThatThrownBy(() -> TarShards.of(folder.toString()).maxSampleSize(MemorySize.ZERO))
                .hasMessage(
                        "Invalid maxSampleSize: 0 bytes. It must be within 1 and 2147483631 bytes.");
    }

    private MediaFiles files() {
        return MediaFiles.of(folder.toString());
    }
}
