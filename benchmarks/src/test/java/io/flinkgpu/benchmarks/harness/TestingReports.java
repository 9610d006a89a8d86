package io.flinkgpu.benchmarks.harness;

import java.util.Map;

/** Reports with made-up numbers. */
final class TestingReports {

    private TestingReports() {}

    static BenchReport of(String scenario, Map<String, Object> details) {
        return new BenchReport(
                scenario,
                "rows/s",
                new Summary(123_456, 100_000, 130_000),
                new Summary(50_000, 40_000, 60_000),
                new Summary(2.469, 2.1, 2.5),
                Map.of("model", "cnn", "ratio", "ours / peer"),
                details);
    }
}
