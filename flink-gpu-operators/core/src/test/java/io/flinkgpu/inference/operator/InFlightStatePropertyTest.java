package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.types.IntValue;

/**
 * A checkpoint holds all rows as they were when it was taken, whatever happens to them until it is
 * written, and to other checkpoints.
 */
class InFlightStatePropertyTest {

    private static final int STEPS = 60;

    private record Pending(CheckpointedRows.Started checkpoint, List<Integer> expected) {}

    @Property(tries = 100)
    void everyCheckpointHoldsTheRowsAsTheyWere(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        CheckpointedRows rows = new CheckpointedRows();
        List<InFlightRow<IntValue, IntValue>> added = new ArrayList<>();
        List<Pending> pending = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> added.add(rows.add(step));
                case 2 -> pending.add(new Pending(rows.startCheckpoint(), values(added)));
                case 3 -> writeOne(pending, random);
                case 4 -> change(added, random, step);
                default -> {
                    if (!pending.isEmpty() && random.nextInt(3) == 0) {
                        pending.remove(random.nextInt(pending.size()));
                    }
                }
            }
        }
        while (!pending.isEmpty()) {
            writeOne(pending, random);
        }
    }

    /** As an encoder or a decoder that writes into the row, or what comes behind the decoder. */
    private static void change(
            List<InFlightRow<IntValue, IntValue>> rows, Random random, int step) {
        if (rows.isEmpty()) {
            return;
        }
        InFlightRow<IntValue, IntValue> row = rows.get(random.nextInt(rows.size()));
        if (row.isCompleted()) {
            row.result().setValue(1_000 + step);
            return;
        }
        IntValue value = row.value();
        value.setValue(1_000 + step);
        if (random.nextBoolean()) {
            row.complete(value);
        }
    }

    private static void writeOne(List<Pending> pending, Random random) throws Exception {
        if (!pending.isEmpty()) {
            Pending chosen = pending.remove(random.nextInt(pending.size()));
            assertThat(chosen.checkpoint().write()).isEqualTo(chosen.expected());
        }
    }

    private static List<Integer> values(List<InFlightRow<IntValue, IntValue>> rows) {
        return rows.stream().map(row -> row.record().getValue().getValue()).toList();
    }
}
