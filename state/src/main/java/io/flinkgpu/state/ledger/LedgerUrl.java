package io.flinkgpu.state.ledger;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;

/**
 * Where a ledger is: a file of SQLite, or a database of PostgreSQL.
 *
 * @param jdbc the whole JDBC URL; {@link #toString()} shows it up to its parameters
 */
@Internal
public record LedgerUrl(String jdbc) {

    /** The embedded database of the user. */
    public static final String EMBEDDED = "jdbc:sqlite:~/.flink-gpu/ledger.db";

    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final String HOME = "~/";
    private static final Pattern PASSWORD =
            Pattern.compile("[?&][a-z]*password=", Pattern.CASE_INSENSITIVE);

    /**
     * The ledger that a text names.
     *
     * @throws IllegalArgumentException if it names no file of SQLite and no PostgreSQL database, or
     *     holds a password
     */
    public static LedgerUrl parse(String text) {
        LedgerUrl url = new LedgerUrl(text.strip());
        if (url.isSqlite() ? !url.namesFile() : !url.jdbc.startsWith(POSTGRESQL + "//")) {
            throw new IllegalArgumentException(
                    "Invalid %s: %s. Write jdbc:sqlite:FILE, without parameters, or jdbc:postgresql://HOST/DATABASE."
                            .formatted(LedgerOptions.URL.key(), url));
        }
        if (PASSWORD.matcher(url.jdbc).find()) {
            throw new IllegalArgumentException(
                    "Invalid %s: %s. It must hold no password, since Flink shows this option: set %s, or the environment variable %s."
                            .formatted(
                                    LedgerOptions.URL.key(),
                                    url,
                                    LedgerOptions.PASSWORD.key(),
                                    LedgerOptions.PASSWORD_ENVIRONMENT_VARIABLE));
        }
        return url;
    }

    /** Whether this is a file. */
    public boolean isSqlite() {
        return jdbc.startsWith(SQLITE);
    }

    /** The file of SQLite, absolute. */
    public Path file() {
        String path = jdbc.substring(SQLITE.length());
        String expanded =
                path.startsWith(HOME)
                        ? Path.of(System.getProperty("user.home", "."))
                                .resolve(path.substring(HOME.length()))
                                .toString()
                        : path;
        return Path.of(expanded).toAbsolutePath().normalize();
    }

    /** The same for processes of this machine with any working directory and any user. */
    public LedgerUrl absolute() {
        return isSqlite() ? new LedgerUrl(SQLITE + file()) : this;
    }

    /** Without parameters, which are for the driver. */
    @Override
    public String toString() {
        int parameters = jdbc.indexOf('?');
        return parameters < 0 ? jdbc : jdbc.substring(0, parameters);
    }

    /** SQLite's databases in memory are lost with their connection, and its parameters are ours. */
    private boolean namesFile() {
        String path = jdbc.substring(SQLITE.length());
        try {
            return !path.isBlank()
                    && !path.startsWith(":")
                    && !path.startsWith("file:")
                    && path.indexOf('?') < 0
                    && file().getFileName() != null;
        } catch (InvalidPathException invalid) {
            return false;
        }
    }
}
