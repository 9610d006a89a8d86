package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.sql.SqlScript.Statement;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.table.client.gateway.StatementResult;

/** Runs a script: one statement after the other, up to the first that fails. */
final class ScriptRun {

    private final StatementRunner runner;
    private final boolean endsJobs;
    private final PrintWriter out;
    private final ResultPrinter printer;
    private final List<Submitted> submitted = new ArrayList<>();

    /**
     * Prepares a run.
     *
     * @param endsJobs whether jobs end with the script, which waits for all of them then
     */
    ScriptRun(StatementRunner runner, boolean endsJobs) {
        this.runner = runner;
        this.endsJobs = endsJobs;
        this.out = runner.out();
        this.printer = new ResultPrinter(out);
    }

    /** A job that its statement has not waited for. */
    private record Submitted(Statement statement, JobID job) {}

    /** What a statement does, or its job. */
    @FunctionalInterface
    private interface Step {
        void run() throws InterruptedException;
    }

    /**
     * Runs all statements.
     *
     * @throws StatementException if one fails, or its job does; names its line
     */
    void run(SqlScript script) throws InterruptedException {
        for (Statement statement : script.statements()) {
            if (statement.isQuit()) {
                break;
            }
            say(script, statement, statement.headline());
            run(script, statement, () -> run(statement));
        }
        if (endsJobs) {
            for (Submitted left : submitted) {
                say(script, left.statement(), "job %s".formatted(left.job()));
                run(script, left.statement(), () -> runner.follow(left.job()));
            }
        }
    }

    private void say(SqlScript script, Statement statement, String what) {
        out.printf("%s:%d  %s%n", script.name(), statement.line(), what);
        out.flush();
    }

    private static void run(SqlScript script, Statement statement, Step step)
            throws InterruptedException {
        try {
            step.run();
        } catch (RuntimeException failure) {
            throw new StatementException(
                    "Cannot run %s: line %d: %s"
                            .formatted(script.name(), statement.line(), FailureText.of(failure)),
                    failure);
        }
    }

    private void run(Statement statement) throws InterruptedException {
        try (StatementResult result = runner.run(statement.inPlace(), () -> {})) {
            if (result.isQueryResult() || result.getJobId() == null) {
                printer.print(result, runner.session().settings());
            } else if (!runner.isFollowed(result)) {
                submitted.add(new Submitted(statement, result.getJobId()));
                out.printf("Submitted job %s.%n", result.getJobId());
                out.flush();
            }
        }
    }
}
