package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/** Whatever rows of a batch are bad, they alone become dead letters, and that is not dear. */
class BadRowSearchPropertyTest {

    private static final OutputTag<DeadLetter<Integer>> TAG = DeadLetter.tag("dead", Types.INT);

    private static final long LONGER_THAN_A_PAUSE = 2_000;

    @Property(tries = 200)
    void findsTheBadRowsAmongTheGood(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @Size(max = 8) Set<@IntRange(max = 39) Integer> poison,
            @ForAll boolean ordered,
            @ForAll boolean explained)
            throws Exception {
        List<Integer> all = IntStream.range(0, rows).boxed().toList();
        List<Integer> bad = all.stream().filter(poison::contains).toList();
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(rows)
                        .deadLetters(TAG)
                        .mode(ordered ? OutputMode.ORDERED : OutputMode.UNORDERED)
                        .open()) {
            operator.process(all.stream().mapToInt(row -> row).toArray());
            for (int call = 0; call < operator.client().callCount(); call++) {
                settle(operator, call, poison, explained);
                if (call + 1 == operator.client().callCount()) {
                    operator.advanceMillis(LONGER_THAN_A_PAUSE);
                }
            }

            List<String> good =
                    all.stream().filter(row -> !bad.contains(row)).map(String::valueOf).toList();
            if (ordered) {
                assertThat(operator.output()).containsExactlyElementsOf(good);
            } else {
                assertThat(operator.output()).containsExactlyInAnyOrderElementsOf(good);
            }
            assertThat(deadRows(operator)).containsExactlyInAnyOrderElementsOf(bad);
            double bound = 2 * bad.size() * (1 + Math.log(rows) / Math.log(2));
            int repeats = explained ? 0 : 2 * bad.size();
            assertThat(operator.client().callCount() - 1 - repeats)
                    .isLessThanOrEqualTo((int) bound);
        }
    }

    private static void settle(
            InferenceHarness operator, int call, Set<Integer> poison, boolean explained)
            throws Exception {
        if (operator.client().call(call).values().stream().noneMatch(poison::contains)) {
            operator.answer(call);
            return;
        }
        operator.client()
                .call(call)
                .fail(
                        explained
                                ? new ShapeMismatchException("a row is bad")
                                : new ModelRunException("no idea"));
        operator.runMails();
    }

    private static List<Integer> deadRows(InferenceHarness operator) {
        List<Integer> rows = new ArrayList<>();
        var letters = operator.flink().getSideOutput(TAG);
        if (letters != null) {
            for (StreamRecord<DeadLetter<Integer>> letter : letters) {
                rows.add(letter.getValue().row());
            }
        }
        return rows;
    }
}
