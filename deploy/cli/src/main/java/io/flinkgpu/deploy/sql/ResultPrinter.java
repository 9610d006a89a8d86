package io.flinkgpu.deploy.sql;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.client.gateway.StatementResult;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.utils.print.PrintStyle;
import org.apache.flink.table.utils.print.TableauStyle;

/** Prints the results of a script's statements as tables, or as they are where they are texts. */
final class ResultPrinter {

    /** The only column of what {@code EXPLAIN} and {@code SHOW CREATE} answer. */
    private static final String TEXT = "result";

    private final PrintWriter out;

    ResultPrinter(PrintWriter out) {
        this.out = out;
    }

    /** Prints all rows, as they come; nothing where a statement only succeeded. */
    void print(StatementResult result, Configuration settings) {
        if (result.isQueryResult()) {
            printQuery(result, settings);
        } else if (result.getResultKind() != ResultKind.SUCCESS) {
            printAnswer(result);
        }
        out.flush();
    }

    private void printQuery(StatementResult result, Configuration settings) {
        boolean isStream =
                settings.get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.STREAMING;
        int width = settings.get(TableConfigOptions.DISPLAY_MAX_COLUMN_WIDTH);
        if (isStream) {
            printRows(
                    result,
                    PrintStyle.tableauWithTypeInferredColumnWidths(
                            result.getResultSchema(),
                            result.getRowDataToStringConverter(),
                            width,
                            false,
                            true));
        } else {
            PrintStyle.tableauWithDataInferredColumnWidths(
                            result.getResultSchema(),
                            result.getRowDataToStringConverter(),
                            width,
                            false,
                            false)
                    .print(result, out);
        }
    }

    /** Line by line, for a stream may have no end. */
    private void printRows(StatementResult result, TableauStyle style) {
        style.printBorderLine(out);
        style.printColumnNamesTableauRow(out);
        style.printBorderLine(out);
        out.flush();
        long rows = 0;
        while (result.hasNext()) {
            style.printTableauRow(style.rowFieldsToString(result.next()), out);
            out.flush();
            rows++;
        }
        if (rows > 0) {
            style.printBorderLine(out);
        }
        out.printf(Locale.ROOT, "%,d rows%n", rows);
    }

    private void printAnswer(StatementResult result) {
        if (result.getResultSchema().getColumnNames().equals(List.of(TEXT))) {
            printText(result);
            return;
        }
        PrintStyle.tableauWithDataInferredColumnWidths(
                        result.getResultSchema(),
                        result.getRowDataToStringConverter(),
                        Integer.MAX_VALUE,
                        true,
                        false)
                .print(result, out);
    }

    private void printText(StatementResult result) {
        while (result.hasNext()) {
            RowData row = result.next();
            out.println(row.isNullAt(0) ? "" : row.getString(0));
        }
    }
}
