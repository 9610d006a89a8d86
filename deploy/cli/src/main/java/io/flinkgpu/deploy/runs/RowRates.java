package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.RunHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Rows that an operator emitted in each second between its checkpoints. */
final class RowRates {

    private static final double MILLIS = 1000;

    private RowRates() {}

    /**
     * Rates in equal pieces of the time from the first checkpoint to the last.
     *
     * @param most pieces, at least 1
     * @return one rate for each piece; empty where there are fewer than two checkpoints
     */
    static List<Double> of(RunHistory history, String operator, int most) {
        NavigableMap<Instant, Long> rows = rowsOut(history, operator);
        if (rows.size() < 2) {
            return List.of();
        }
        Instant start = rows.firstKey();
        long whole = Math.max(1, Duration.between(start, rows.lastKey()).toMillis());
        int pieces = Math.min(most, rows.size() - 1);
        List<Double> rates = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            Instant from = start.plusMillis(whole * piece / pieces);
            Instant to = start.plusMillis(whole * (piece + 1) / pieces);
            double seconds = Math.max(1, Duration.between(from, to).toMillis()) / MILLIS;
            rates.add(Math.max(0, at(rows, to) - at(rows, from)) / seconds);
        }
        return rates;
    }

    private static NavigableMap<Instant, Long> rowsOut(RunHistory history, String operator) {
        Map<Long, Instant> times = new HashMap<>();
        history.checkpoints().forEach(checkpoint -> times.put(checkpoint.id(), checkpoint.time()));
        NavigableMap<Instant, Long> rows = new TreeMap<>();
        for (LedgerEntry.OperatorProgress progress : history.progress()) {
            Instant time = times.get(progress.checkpoint());
            if (time != null && progress.operator().equals(operator)) {
                rows.put(time, progress.rowsOut());
            }
        }
        return rows;
    }

    /** Between two checkpoints rows are taken to be emitted evenly. */
    private static double at(NavigableMap<Instant, Long> rows, Instant time) {
        Map.Entry<Instant, Long> before = rows.floorEntry(time);
        Map.Entry<Instant, Long> after = rows.ceilingEntry(time);
        if (before.getKey().equals(after.getKey())) {
            return before.getValue();
        }
        double share =
                (double) Duration.between(before.getKey(), time).toMillis()
                        / Duration.between(before.getKey(), after.getKey()).toMillis();
        return before.getValue() + share * (after.getValue() - before.getValue());
    }
}
