package io.flinkgpu.state.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The databases that can hold a ledger: how they are connected to, which tables they get, and which
 * of their failures pass.
 *
 * <p>SQLite writes ahead (WAL), so that others read meanwhile, and syncs with each transaction.
 * There is one connection, since SQLite has one writer.
 */
final class LedgerDatabase {

    private static final int STATEMENT_SECONDS = 10;
    private static final int SHORTEST_TIMEOUT_MILLIS = 250; // HikariCP takes no shorter one
    private static final int RESULT_CODE = 0xff; // SQLite's codes without their details
    private static final String DATA_EXCEPTION = "22";
    private static final String INTEGRITY_VIOLATION = "23";

    private LedgerDatabase() {}

    /** Connections that are made when they are asked for. */
    static DataSource source(LedgerConfig config) throws IOException {
        return config.url().isSqlite() ? sqlite(config) : postgresql(config);
    }

    /** One connection of the source, which is kept, and made anew when it is lost. */
    static HikariDataSource keep(DataSource source, LedgerConfig config) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        pool.setPoolName("flink-gpu-ledger");
        pool.setMaximumPoolSize(1);
        pool.setConnectionTimeout(
                Math.max(SHORTEST_TIMEOUT_MILLIS, config.connectTimeout().toMillis()));
        pool.setInitializationFailTimeout(-1);
        return new HikariDataSource(pool);
    }

    /** Makes the tables, or brings them up to date; may take two connections at once. */
    static void migrate(DataSource source) {
        Flyway.configure(LedgerDatabase.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:io/flinkgpu/state/ledger/migrations")
                .table("ledger_schema_history")
                // The schema may hold other tables than ours.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }

    /** Whether the database refuses the data themselves, so that another try is in vain. */
    static boolean isRefusal(SQLException failure) {
        if (failure instanceof SQLiteException sqlite) {
            int code = sqlite.getResultCode().code & RESULT_CODE;
            return code == SQLiteErrorCode.SQLITE_CONSTRAINT.code
                    || code == SQLiteErrorCode.SQLITE_TOOBIG.code
                    || code == SQLiteErrorCode.SQLITE_MISMATCH.code;
        }
        String state = failure.getSQLState();
        return state != null
                && (state.startsWith(DATA_EXCEPTION) || state.startsWith(INTEGRITY_VIOLATION));
    }

    private static DataSource sqlite(LedgerConfig ledger) throws IOException {
        Path file = ledger.url().file();
        Files.createDirectories(file.getParent());
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout((int) ledger.connectTimeout().toMillis());
        config.enforceForeignKeys(true);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private static DataSource postgresql(LedgerConfig config) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(config.url().jdbc());
        if (!config.user().isEmpty()) {
            source.setUser(config.user());
        }
        if (!config.password().isEmpty()) {
            source.setPassword(config.password());
        }
        int seconds = (int) Math.max(1, config.connectTimeout().toSeconds());
        source.setConnectTimeout(seconds);
        source.setLoginTimeout(seconds);
        // A machine that vanishes closes no connection.
        source.setSocketTimeout(STATEMENT_SECONDS + seconds);
        source.setApplicationName("flink-gpu");
        return source;
    }
}
