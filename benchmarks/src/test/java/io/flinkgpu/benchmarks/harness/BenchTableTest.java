package io.flinkgpu.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchTableTest {

    @Test
    void alignsColumns() {
        StringWriter text = new StringWriter();

        BenchTable.print(
                List.of(
                        TestingReports.of("fused-overhead", Map.of()),
                        TestingReports.of("naive", Map.of())),
                new PrintWriter(text));

        assertThat(text.toString().lines())
                .containsExactly(
                        "scenario        model  unit    ours                        peer                     ratio",
                        "fused-overhead  cnn    rows/s  123,456 [100,000, 130,000]  50,000 [40,000, 60,000]  2.469 [2.100, 2.500] ours / peer",
                        "naive           cnn    rows/s  123,456 [100,000, 130,000]  50,000 [40,000, 60,000]  2.469 [2.100, 2.500] ours / peer");
    }

    @Test
    void roundsToFourSignificantDigits() {
        assertThat(SignificantDigits.round(0.123456)).isEqualTo(0.1235);
        assertThat(SignificantDigits.round(9_876.54)).isEqualTo(9_877);
        assertThat(SignificantDigits.round(123_456.7)).isEqualTo(123_457);
        assertThat(SignificantDigits.round(0)).isZero();
    }
}
