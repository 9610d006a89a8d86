package io.flinkgpu.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    @TempDir private Path directory;

    @Test
    void comesFromAFileBeforeTheEnvironment() throws Exception {
        Files.writeString(directory.resolve("KEY"), "of-file\n");

        assertThat(secrets("KEY", "of-environment").of("${secret:KEY}", true).reveal())
                .isEqualTo("of-file");
    }

    @Test
    void comesFromTheEnvironmentWhereThereIsNoFile() {
        assertThat(secrets("KEY", "abc").of("user:${secret:KEY}", false).reveal())
                .isEqualTo("user:abc");
    }

    @Test
    void showsItsReferenceAlone() {
        assertThat(secrets("KEY", "abc").of("${secret:KEY}", true)).hasToString("${secret:KEY}");
        assertThat(secrets("KEY", "abc").of("plain", true)).hasToString("***");
        assertThat(secrets("KEY", "abc").of("plain", false)).hasToString("plain");
    }

    @Test
    void takesSecretsOutOfWhatOthersSay() {
        Secrets secrets =
                Secrets.of(
                        Map.of(
                                Secrets.DIRECTORY_VARIABLE,
                                directory.toString(),
                                "SHORT",
                                "abc",
                                "LONG",
                                "abcdef"));
        assertThat(secrets.conceal("abc is wrong")).isEqualTo("abc is wrong");

        Secret unusedSecret = secrets.of("${secret:SHORT}:${secret:LONG}", false);

        assertThat(secrets.conceal("abcdef and abc are wrong"))
                .isEqualTo("${secret:LONG} and ${secret:SHORT} are wrong");
    }

    @Test
    void refusesWhatIsMissing() {
        assertThatThrownBy(() -> secrets("KEY", "abc").of("${secret:OTHER}", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "There is neither a file 'OTHER' in %s nor an environment variable of that name.",
                        directory);
    }

    private Secrets secrets(String name, String value) {
        return Secrets.of(Map.of(Secrets.DIRECTORY_VARIABLE, directory.toString(), name, value));
    }
}
