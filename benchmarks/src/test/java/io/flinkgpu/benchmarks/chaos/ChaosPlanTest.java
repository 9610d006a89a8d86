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

    @Test
    void beginsWithWhatIsGiven() {
        Disruption first = new Disruption(Disruption.Kind.KILL, Duration.ZERO, -1, Duration.ZERO);

        ChaosPlan plan = new ChaosPlan(7, ALL, List.of(first));

        assertThat(plan.next()).isSameAs(first);
        assertThat(Stream.generate(plan::next).limit(100)).isEqualTo(draw(7, ALL));
    }

    private static List<Disruption> draw(long seed, List<Disruption.Kind> kinds) {
        ChaosPlan plan = new ChaosPlan(seed, kinds, List.of());
        return Stream.generate(plan::next).limit(100).toList();
    }
}
