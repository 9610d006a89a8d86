package io.flinkgpu.job.text;

import java.nio.file.Path;

/** A tokenizer of ten words, which the connectors' tests have. */
public final class TestingTokenizer {

    /** Its {@code tokenizer.json}. */
    public static final Path FILE =
            Path.of("../../connectors/src/test/resources/text/tokenizer.json").toAbsolutePath();

    private TestingTokenizer() {}
}
