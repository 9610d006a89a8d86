package io.flinkgpu.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.config.Problems;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.file.JobFileReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchesTest {

    private static final String LINE =
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
    private static final String TREE =
            LINE
                    + "  - {name: raw, type: print, input: one}\n"
                    + "  - {name: more, type: print, input: three}\n";

    @TempDir private Path directory;

    @Test
    void aLineHasNone() {
        assertThat(branches(LINE).areAny()).isFalse();
    }

    @Test
    void deadLettersMakeNone() {
        String yaml = LINE + "  - {name: bad, type: print, input: one.dead-letters}\n";

        assertThat(branches(yaml).areAny()).isFalse();
    }

    @Test
    void aRowGoesToWhereItFailedAndOnFromThere() {
        assertThat(open("in"))
                .containsExactlyInAnyOrder("one > two", "one > raw", "three > out", "three > more");
        assertThat(open("one")).isEqualTo(open("in"));
        assertThat(open("two"))
                .containsExactlyInAnyOrder("one > two", "three > out", "three > more");
        assertThat(open("three")).isEqualTo(open("two"));
        assertThat(open("not-there-any-more")).isEqualTo(open("in"));
    }

    @Test
    void aWayThatLeadsPastTheElementIsClosed() {
        String yaml =
                """
                name: job
                sources:
                  - {name: in, type: datagen, config: {rows: 1, fields: {id: {type: int}}}}
                steps:
                  - {name: a, type: filter, input: in, config: {keep: id > 1}}
                  - {name: both, type: union, input: [in, a]}
                sinks:
                  - {name: out, type: print, input: both}
                """;

        assertThat(open(yaml, "a")).containsExactly("in > a");
    }

    @Test
    void elementsAreApartWhereNoRowGoesFromOneToTheOther() {
        Branches tree = branches(TREE);

        assertThat(tree.areApart("raw", "three")).isTrue();
        assertThat(tree.areApart("three", "two")).isFalse();
        assertThat(tree.areApart("in", "more")).isFalse();
        assertThat(tree.areApart("two", "two")).isFalse();
        assertThat(tree.leadTo("two")).isTrue();
        assertThat(tree.leadTo("gone")).isFalse();
    }

    private List<String> open(String failed) {
        return open(TREE, failed);
    }

    private List<String> open(String yaml, String failed) {
        Branches branches = branches(yaml);
        return branches.ways().stream()
                .filter(way -> branches.isOpen(way, failed))
                .map(way -> way.from() + " > " + way.to())
                .toList();
    }

    private Branches branches(String yaml) {
        return new Branches(
                new JobFileReader(ElementCatalog.onClassPath(), Map.of(), new Problems())
                        .read(yaml, directory));
    }
}
