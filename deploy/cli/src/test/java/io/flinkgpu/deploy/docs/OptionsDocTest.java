package io.flinkgpu.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds docs/options.md to the code; {@code -Dflinkgpu.docs.write=true} writes it anew. */
class OptionsDocTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "options.md");

    @Test
    void committedPageIsUpToDate() throws IOException {
        if (Boolean.getBoolean("flinkgpu.docs.write")) {
            Files.writeString(PAGE, OptionsDoc.text());
        }

        assertThat(Files.readString(PAGE)).isEqualTo(OptionsDoc.text());
    }
}
