package io.flinkgpu.deploy.sql;

import java.net.URI;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.rest.util.RestClientException;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.table.api.SqlParserEOFException;
import org.apache.flink.table.client.gateway.Executor;
import org.apache.flink.table.client.gateway.SqlExecutionException;
import org.apache.flink.table.client.gateway.StatementResult;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.ExceptionUtils;

/**
 * What Flink's SQL client hands its statements to: a session in this process, in place of a gateway
 * behind a REST API.
 *
 * <p>Jobs are followed to their end, options of models and connectors are completed, and failures
 * are told in one line.
 */
final class ShellExecutor implements Executor {

    private final StatementRunner runner;
    private final OptionCompletion options;

    ShellExecutor(StatementRunner runner, OptionCompletion options) {
        this.runner = runner;
        this.options = options;
    }

    @Override
    public StatementResult executeStatement(String statement) {
        try {
            // The cursor stands behind the statement.
            StatementResult result = runner.run(statement, runner.out()::println);
            return new StatementResult(
                    result.getResultSchema(),
                    new Told(result),
                    result.isQueryResult(),
                    result.getResultKind(),
                    result.getJobId(),
                    result.getRowDataToStringConverter());
        } catch (InterruptedException cancelled) {
            throw told("Cancelled.");
        } catch (RuntimeException failure) {
            throw told(failure);
        }
    }

    @Override
    public void configureSession(String statement) {
        executeStatement(statement).close();
    }

    @Override
    public ReadableConfig getSessionConfig() {
        return runner.session().settings();
    }

    @Override
    public Map<String, String> getSessionConfigMap() {
        return runner.session().settings().toMap();
    }

    @Override
    public List<String> completeStatement(String statement, int position) {
        List<String> found = options.complete(statement, position);
        try {
            return found.isEmpty() ? runner.session().complete(statement, position) : found;
        } catch (RuntimeException failure) {
            throw told(failure);
        }
    }

    @Override
    public String deployScript(@Nullable String script, @Nullable URI uri) {
        throw new SqlExecutionException(
                "Cannot deploy a script: there is no application mode here. Use flink-gpu sql -f.");
    }

    /** The session is its opener's. */
    @Override
    public void close() {}

    /**
     * The client shows the deepest cause, by its class and its message; of this one alone the
     * message. Where the statement has no end yet, the client reads on.
     */
    private static SqlExecutionException told(RuntimeException failure) {
        if (ExceptionUtils.findThrowable(failure, SqlParserEOFException.class).isPresent()) {
            return new SqlExecutionException(
                    "The SQL statement is incomplete.",
                    new SqlParserEOFException("The SQL statement is incomplete."));
        }
        return told(FailureText.of(failure));
    }

    private static SqlExecutionException told(String reason) {
        return new SqlExecutionException(
                reason, new RestClientException(reason, HttpResponseStatus.BAD_REQUEST));
    }

    /** Rows whose failure is told in one line. */
    private record Told(StatementResult rows) implements CloseableIterator<RowData> {
        @Override
        public boolean hasNext() {
            try {
                return rows.hasNext();
            } catch (RuntimeException failure) {
                throw told(failure);
            }
        }

        @Override
        public RowData next() {
            return rows.next();
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
