package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedFileTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3.secret-key: abc",
                "  password: 'abc'",
                "properties: {jdbc.password: abc}",
                "db_token: abc",
                "API-KEY: \"abc\"",
                "url: kafka://me:abc@host/topic",
            })
    void isNotRememberedWithASecret(String line) {
        RecordedFile file = file("name: job\n" + line);
        Configuration settings = new Configuration();

        file.addTo(settings);

        assertThat(file.hindrance())
                .contains(
                        "line 2 of /job.yaml seems to hold a secret. Write ${secret:NAME} instead.");
        assertThat(settings.contains(LedgerOptions.PROGRAM_TEXT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3.secret-key: ${secret:KEY}",
                "password: \"${secret:KEY}\"",
                "password: ${PASSWORD}",
                "tokenizer: bert.json",
                "max-tokens: 5",
                "url: kafka://me:${PASSWORD}@host/topic",
                "url: http://localhost:8081/a@b",
            })
    void isRememberedWithReferences(String line) {
        assertThat(file(line).hindrance()).isEmpty();
    }

    @Test
    void isNotRememberedWhereItIsTooLong() {
        assertThat(file("#".repeat(Program.MAX_TEXT + 1)).hindrance())
                .contains("/job.yaml is longer than 200000 characters.");
    }

    private static RecordedFile file(String text) {
        return new RecordedFile(Path.of("/job.yaml"), text, Map.of());
    }
}
