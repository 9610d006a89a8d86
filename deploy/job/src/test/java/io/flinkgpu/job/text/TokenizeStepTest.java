package io.flinkgpu.job.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.TestingJobFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeStepTest {

    private static final String VALID =
            """
            name: job
            sources:
              - {name: texts, type: json-lines, config: {path: texts.jsonl, fields: {id: bigint, text: string}}}
            steps:
              - name: tokens
                type: tokenize
                input: texts
                config: {tokenizer: tokenizer.json, max-length: 8}
            sinks:
              - {name: shown, type: print, input: tokens}
            """;

    @TempDir private Path directory;

    @BeforeEach
    void createFiles() throws Exception {
        Files.writeString(directory.resolve("texts.jsonl"), "");
        Files.copy(TestingTokenizer.FILE, directory.resolve("tokenizer.json"));
    }

    @Test
    void planSaysRowsAndTheirShapes() throws Exception {
        assertThat(files().describe(VALID))
                .contains(
                        "rows: id bigint, text string, input_ids array<bigint> [8], attention_mask array<bigint> [8], token_type_ids array<bigint> [8]");
        assertThat(files().describe(VALID.replace("8}", "8, padding: false, keep: false}")))
                .contains(
                        "rows: id bigint, input_ids array<bigint>, attention_mask array<bigint>, token_type_ids array<bigint>");
    }

    @Test
    void tellsWhatIsWrong() throws Exception {
        assertThat(files().problems(VALID.replace("tokenizer.json", "none.json")))
                .singleElement()
                .asString()
                .startsWith("line 8: Cannot read 'file:" + directory.resolve("none.json") + "': ");
        assertThat(files().problems(VALID.replace("max-length: 8", "max-length: 8, field: id")))
                .containsExactly(
                        "line 8: Invalid field 'id' of step 'tokens': it is bigint. It must be string.");
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        assertThat(files().problems(VALID))
                .singleElement()
                .asString()
                .startsWith("line 8: Invalid tokenizer 'file:")
                .contains("It must be a tokenizer.json: ");
    }

    private TestingJobFiles files() {
        return TestingJobFiles.in(directory);
    }
}
