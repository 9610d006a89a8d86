package io.flinkgpu.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The search finds the bad rows within its bound, in whatever order its parts end. */
class BadRowSearchBoundTest {

    @Property
    void searchFindsTheBadRowsWithinItsBound(
            @ForAll @IntRange(min = 1, max = 300) int rows,
            @ForAll @IntRange(min = 1, max = 20) int bad,
            @ForAll Random random) {
        Set<Integer> badRows = new TreeSet<>();
        IntStream.range(0, Math.min(bad, rows)).forEach(i -> badRows.add(random.nextInt(rows)));
        List<Integer> all = IntStream.range(0, rows).boxed().toList();
        BadRowSearch<Integer> search = BadRowSearch.after(Batch.first(all, Deadline.none()));
        List<Batch<Integer>> taken = new ArrayList<>();
        int runs = 0;

        while (!search.isDone()) {
            Optional<Batch<Integer>> part = search.next();
            if (part.isPresent() && random.nextBoolean()) {
                taken.add(part.get()); // several parts run at a time
                continue;
            }
            Batch<Integer> ended = part.orElseGet(() -> taken.remove(random.nextInt(taken.size())));
            runs++;
            boolean failed = badRows.stream().anyMatch(ended.rows()::contains);
            if (failed) {
                assertThat(BadRowSearch.after(ended)).isSameAs(search);
            } else {
                search.settled(ended);
            }
        }

        assertThat(search.badRows()).containsExactlyInAnyOrderElementsOf(badRows);
        double bound = 2 * badRows.size() * (1 + Math.log(rows) / Math.log(2));
        assertThat((double) runs).isLessThanOrEqualTo(bound);
    }

    @Property
    void rowsInWhoseRunADeviceWasLostGoOneAfterTheOther(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @IntRange(min = 0, max = 39) int culprit) {
        List<Integer> all = IntStream.range(0, rows).boxed().toList();
        BadRowSearch<Integer> search = BadRowSearch.afterLoss(Batch.first(all, Deadline.none()));
        List<Integer> passed = new ArrayList<>();

        while (!search.isDone()) {
            Batch<Integer> part = search.next().orElseThrow();
            assertThat(part.rows()).hasSize(1);
            assertThat(part.isAlone()).isTrue();
            assertThat(search.next()).as("a second one beside it").isEmpty();
            if (part.rows().get(0) == culprit) {
                assertThat(part.losses()).isEqualTo(1);
                assertThat(BadRowSearch.after(part)).isSameAs(search);
            } else {
                passed.addAll(part.rows());
                search.settled(part);
            }
        }

        assertThat(search.badRows()).isEqualTo(culprit < rows ? List.of(culprit) : List.of());
        assertThat(passed).hasSize(rows - search.badRows().size());
    }
}
