package io.flinkgpu.state.ledger;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** A ledger in SQLite or PostgreSQL. */
final class SqlRunLedger implements RunLedger {

    private final LedgerConfig config;
    private final HikariDataSource connection;
    private final Jdbi jdbi;

    private SqlRunLedger(LedgerConfig config, HikariDataSource connection) {
        this.config = config;
        this.connection = connection;
        this.jdbi = Jdbi.create(connection);
    }

    static SqlRunLedger open(LedgerConfig config) throws LedgerException {
        try {
            DataSource source = LedgerDatabase.source(config);
            LedgerDatabase.migrate(source);
            return new SqlRunLedger(config, LedgerDatabase.keep(source, config));
        } catch (IOException | FlywayException failure) {
            throw failure("open", config, failure);
        }
    }

    @Override
    public void record(List<LedgerEntry> entries) throws LedgerException {
        write(
                handle -> {
                    EntryStatements statements = new EntryStatements(handle);
                    entries.forEach(statements::record);
                });
    }

    @Override
    public void forget(Instant now, String run) throws LedgerException {
        write(
                handle -> {
                    RetentionStatements statements =
                            new RetentionStatements(handle, config.retention());
                    statements.forgetRuns(now);
                    statements.thin(run);
                });
    }

    @Override
    public List<Run> runs(int limit) throws LedgerException {
        return read(handle -> new RunQueries(handle).newest(limit));
    }

    @Override
    public Optional<Run> run(String idOrName) throws LedgerException {
        return read(handle -> new RunQueries(handle).find(idOrName));
    }

    @Override
    public Optional<Submission> submission(String run) throws LedgerException {
        return read(handle -> new RunQueries(handle).submission(run));
    }

    @Override
    public List<Run> resumedFrom(String run) throws LedgerException {
        return read(handle -> new RunQueries(handle).resumedFrom(run));
    }

    @Override
    public RunHistory history(String run) throws LedgerException {
        return read(handle -> new RunQueries(handle).history(run));
    }

    @Override
    public void close() {
        connection.close();
    }

    private void write(HandleConsumer<RuntimeException> statements) throws LedgerException {
        try {
            jdbi.useTransaction(statements);
        } catch (JdbiException failure) {
            throw failure("write", config, failure);
        }
    }

    private <T> T read(HandleCallback<T, RuntimeException> queries) throws LedgerException {
        try {
            return jdbi.withHandle(queries);
        } catch (JdbiException failure) {
            throw failure("read", config, failure);
        }
    }

    /** Frameworks wrap what the driver says, and repeat the statement with its values. */
    private static LedgerException failure(String verb, LedgerConfig config, Exception failure) {
        String reason = failure.toString();
        boolean refused = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            reason = cause.getMessage() == null ? reason : cause.getMessage();
            refused |= cause instanceof SQLException sql && LedgerDatabase.isRefusal(sql);
        }
        return new LedgerException(
                "Cannot %s the %s: %s".formatted(verb, config, firstLine(reason)),
                failure,
                !refused);
    }

    /** Without its full stop. */
    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("").replaceFirst("[.]$", "");
    }
}
