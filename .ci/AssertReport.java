import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;

/**
 * Asserts on the report of the short demo; prints each check and exits with 1 if one fails.
 *
 * <p>Run as a single source file with Jackson on the class path: {@code java -cp lib/* AssertReport.java
 * report.json}.
 */
final class AssertReport {

    private static final double LEAST_ACCURACY = 0.97;

    private final JsonNode report;
    private int failures;

    private AssertReport(JsonNode report) {
        this.report = report;
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("Usage: AssertReport.java REPORT");
            System.exit(2);
        }
        AssertReport assertions = new AssertReport(new ObjectMapper().readTree(new File(args[0])));
        assertions.checkAll();
        System.exit(assertions.failures == 0 ? 0 : 1);
    }

    private void checkAll() {
        double rowsIn = number("/rowsIn");
        double rowsAccountedFor = number("/rowsOut") + number("/deadLetters");
        double accuracy = number("/accuracy");
        double checkpoints = number("/checkpoints/completed");
        check(rowsIn > 0, "rowsIn > 0: %.0f", rowsIn);
        check(
                rowsAccountedFor == rowsIn,
                "rowsOut + deadLetters = rowsIn: %.0f = %.0f",
                rowsAccountedFor,
                rowsIn);
        check(
                accuracy >= LEAST_ACCURACY,
                "accuracy >= " + LEAST_ACCURACY + ": %.4f",
                accuracy);
        check(checkpoints >= 1, "checkpoints.completed >= 1: %.0f", checkpoints);
    }

    /** A missing number is NaN, which fails every check. */
    private double number(String pointer) {
        return report.at(pointer).asDouble(Double.NaN);
    }

    private void check(boolean holds, String description, Object... values) {
        System.out.println((holds ? "ok      " : "FAILED  ") + description.formatted(values));
        if (!holds) {
            failures++;
        }
    }
}
