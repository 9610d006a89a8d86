package io.flinkgpu.deploy.runs;

import java.util.List;

/** Numbers as a line of bars, the largest one as high as a line of text. */
final class Sparkline {

    private static final String BARS = "▁▂▃▄▅▆▇█";

    private Sparkline() {}

    /** One bar for each value; values are not negative. */
    static String of(List<Double> values) {
        double largest = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (double value : values) {
            int bar = largest == 0 ? 0 : (int) Math.round(value / largest * (BARS.length() - 1));
            line.append(BARS.charAt(bar));
        }
        return line.toString();
    }
}
