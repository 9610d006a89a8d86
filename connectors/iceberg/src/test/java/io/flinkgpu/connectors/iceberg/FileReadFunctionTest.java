package io.flinkgpu.connectors.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.FileContent;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReadFunctionTest {

    private final FileReadFunction function = new FileReadFunction(new MemorySize(4));

    @TempDir private Path directory;

    @Test
    void readsAFileAndKeepsItsPathAsGiven() throws Exception {
        String path = write("a.bin", "1234");

        FileContent read = function.map(path);

        assertThat(path).startsWith("file:///");
        assertThat(read.path()).isEqualTo(path);
        assertThat(read.content()).asString().isEqualTo("1234");
        assertThat(read.failure()).isNull();
    }

    @Test
    void whatCannotBeReadIsAFailure() throws Exception {
        assertThat(function.map(write("b.bin", "12345")).failure().cause()).contains("4 bytes");
        assertThat(function.map(directory.resolve("none").toString()).failure().errorClass())
                .endsWith("FileNotFoundException");
        assertThat(function.map("").failure().cause()).contains("empty string");
        assertThat(function.map("nosuch://host/a").failure().cause()).contains("nosuch");
    }

    @Test
    void aLimitFitsAnArray() {
        assertThatThrownBy(() -> new FileReadFunction(MemorySize.ofMebiBytes(2048)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid maxFileSize: 2147483648 bytes.");
    }

    private String write(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text).toUri().toString();
    }
}
