package io.flinkgpu.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChaosPlanTest {

    private static final List<Disruption.Kind> ALL = List.of(Disruption.Kind.values());

    @Test
    void aSeedAlwaysDrawsTheSame() {
        assertThat(draw(7, ALL)).isEqualTo(draw(7, ALL)).isNotEqualTo(draw(8, ALL));
    }

    @Test
    void drawsEveryKindThatIsPossibleAndNoOther() {
        assertThat(draw(1, ALL)).extracting(Disruption::kind).containsAll(ALL);
        assertThat(draw(1, List.of(Disruption.Kind.SLOW)))
                .extracting(Disruption::kind)
                .containsOnly(Disruption.Kind.SLOW);
    }

    @Test
    void aKillHasNoLength() {
        assertThat(draw(1, List.of(Disruption.Kind.KILL, Disruption.Kind.KILL_WORKER)))
                .extracting(Disruption::length)
                .containsOnly(Duration.ZERO);
    }

    private static List<Disruption> draw(long seed, List<Disruption.Kind> kinds) {
        ChaosPlan plan = new ChaosPlan(seed, kinds);
        return Stream.generate(plan::next).limit(100).toList();
    }
}
