package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.sql.SqlScript.Statement;
import java.io.PrintWriter;
import org.apache.flink.table.client.gateway.StatementResult;

/** Runs a script: one statement after the other, up to the first that fails. */
final class ScriptRun {

    private final StatementRunner runner;
    private final PrintWriter out;
    private final ResultPrinter printer;

    ScriptRun(StatementRunner runner) {
        this.runner = runner;
        this.out = runner.out();
        this.printer = new ResultPrinter(out);
    }

    /**
     * Runs all statements.
     *
     * @throws StatementException if one fails; names its line
     */
    void run(SqlScript script) throws InterruptedException {
        for (Statement statement : script.statements()) {
            if (statement.isQuit()) {
                return;
            }
            out.printf("%s:%d  %s%n", script.name(), statement.line(), statement.headline());
            out.flush();
            try {
                run(statement);
            } catch (RuntimeException failure) {
                throw new StatementException(
                        "Cannot run %s: line %d: %s"
                                .formatted(
                                        script.name(), statement.line(), FailureText.of(failure)),
                        failure);
            }
        }
    }

    private void run(Statement statement) throws InterruptedException {
        try (StatementResult result = runner.run(statement.inPlace(), () -> {})) {
            if (result.isQueryResult() || result.getJobId() == null) {
                printer.print(result, runner.session().settings());
            } else if (!runner.isFollowed(result)) {
                out.printf("Submitted job %s.%n", result.getJobId());
                out.flush();
            }
        }
    }
}
