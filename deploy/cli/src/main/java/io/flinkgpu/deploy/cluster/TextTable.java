package io.flinkgpu.deploy.cluster;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/** Rows of text in columns as wide as their widest cell, the first row being the header. */
@Internal
public final class TextTable {

    private static final int GAP = 2;

    private TextTable() {}

    /** Prints the rows; each has as many cells as the header. */
    public static void print(PrintWriter out, List<String> header, Stream<List<String>> rows) {
        List<List<String>> all = Stream.concat(Stream.of(header), rows).toList();
        int[] widths = new int[header.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        all.forEach(row -> out.println(line(row, widths)));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + GAP));
        }
        return line.toString().stripTrailing();
    }
}
