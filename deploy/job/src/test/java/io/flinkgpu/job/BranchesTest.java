package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.config.Problems;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.file.JobFileReader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchesTest {

    private static final String FILE =
            """
            name: job
            sources:
              - {name: in, type: datagen, config: {rows: 1, fields: {id: {type: int}}}}
            steps:
              - {name: one, type: filter, input: in, config: {keep: id > 1}}
              - {name: two, type: filter, input: one, config: {keep: id > 2}}
              - {name: three, type: filter, input: two, config: {keep: id > 3}}
            sinks:
              - {name: out, type: print, input: three}
            """;

    @TempDir private Path directory;

    @Test
    void aLineHasNone() {
        Branches line = branches(FILE);

        assertThat(line.areBefore("in")).isFalse();
        assertThat(line.areBefore("three")).isFalse();
        assertThat(line.areBefore("not-there-any-more")).isFalse();
    }

    @Test
    void theyAreBeforeAllElementsBehindThem() {
        Branches branches = branches(FILE + "  - {name: raw, type: print, input: one}\n");

        assertThat(branches.areBefore("in")).isFalse();
        assertThat(branches.areBefore("one")).isFalse();
        assertThat(branches.areBefore("two")).isTrue();
        assertThat(branches.areBefore("three")).isTrue();
        assertThat(branches.areBefore("not-there-any-more")).isTrue();
    }

    @Test
    void thatOfDeadLettersIsNone() {
        Branches line = branches(FILE + "  - {name: bad, type: print, input: one.dead-letters}\n");

        assertThat(line.areBefore("three")).isFalse();
    }

    private Branches branches(String yaml) {
        return new Branches(
                new JobFileReader(ElementCatalog.onClassPath(), Map.of(), new Problems())
                        .read(yaml, directory));
    }
}
