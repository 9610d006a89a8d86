package io.flinkgpu.deploy.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.deploy.cluster.TextTable;
import java.io.PrintWriter;
import java.util.List;

/** Rows in flight as tables for a terminal. */
final class InFlightText {

    private static final List<String> HEADER = List.of("SUBTASK", "EVENT TIME", "ROW");

    private InFlightText() {}

    static void print(List<OperatorInFlight> operators, PrintWriter out) {
        if (operators.isEmpty()) {
            out.println("The savepoint has no inference operator.");
        }
        for (OperatorInFlight operator : operators) {
            print(operator, out);
        }
    }

    private static void print(OperatorInFlight operator, PrintWriter out) {
        out.printf(
                "%s: %d rows in flight, written at parallelism %d%n",
                operator.title(), operator.rows(), operator.parallelism());
        if (!operator.listed().isEmpty()) {
            TextTable.print(out, HEADER, operator.listed().stream().map(InFlightText::cells));
        }
        long others = operator.rows() - operator.listed().size();
        if (others > 0) {
            out.printf("%d more rows are not listed: raise --limit.%n", others);
        }
        out.println();
    }

    private static List<String> cells(OperatorInFlight.Row row) {
        JsonNode value = row.value();
        return List.of(
                Integer.toString(row.subtask()),
                row.eventTime() == null ? "-" : row.eventTime().toString(),
                value.isTextual() ? value.textValue() : value.toString());
    }
}
