package io.flinkgpu.benchmarks.harness;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;

/** Prints reports as a table, one line each: medians, with the range behind them. */
@Internal
public final class BenchTable {

    private static final List<String> HEADER =
            List.of("scenario", "model", "unit", "ours", "peer", "ratio");

    private BenchTable() {}

    /** Writes one line for each report, columns aligned. */
    public static void print(List<BenchReport> reports, PrintWriter out) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADER);
        reports.forEach(report -> lines.add(line(report)));
        List<Integer> widths =
                IntStream.range(0, HEADER.size()).mapToObj(column -> width(lines, column)).toList();
        lines.forEach(line -> out.println(padded(line, widths)));
        out.flush();
    }

    private static List<String> line(BenchReport report) {
        return List.of(
                report.scenario(),
                String.valueOf(report.settings().getOrDefault("model", "-")),
                report.unit(),
                cell(report.ours()),
                cell(report.peer()),
                cell(report.ratio()) + " " + report.settings().getOrDefault("ratio", ""));
    }

    private static String cell(Summary summary) {
        return "%s [%s, %s]"
                .formatted(number(summary.median()), number(summary.min()), number(summary.max()));
    }

    /** Four significant digits, without an exponent. */
    static String number(double value) {
        String pattern = Math.abs(value) >= 1000 ? "%,.0f" : "%.4g";
        return String.format(Locale.ROOT, pattern, value);
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }

    private static String padded(List<String> line, List<Integer> widths) {
        return IntStream.range(0, line.size())
                .mapToObj(column -> pad(line.get(column), widths.get(column)))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
