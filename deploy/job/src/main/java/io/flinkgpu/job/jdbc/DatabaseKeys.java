package io.flinkgpu.job.jdbc;

import io.flinkgpu.connectors.jdbc.DatabaseLogin;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Secret;
import io.flinkgpu.job.config.ValueTypes;

/** What a file says of a database. */
final class DatabaseKeys {

    static final Key<String> URL =
            Key.of("url", ValueTypes.text())
                    .required()
                    .describedAs(
                            "The database: jdbc:postgresql:, jdbc:sqlite: or jdbc:h2:. Its driver must lie in Flink's lib/. Messages show it: a password has its own key.");
    static final Key<String> USER =
            Key.of("user", ValueTypes.text()).describedAs("Who connects. Without it the URL says.");
    static final Key<Secret> PASSWORD =
            Key.of("password", ValueTypes.secret()).describedAs("The user's password.");

    private DatabaseKeys() {}

    /** Where the database is and who asks it. */
    static DatabaseLogin login(Config config) {
        return new DatabaseLogin(
                config.get(URL),
                config.find(USER).orElse(null),
                config.find(PASSWORD).map(Secret::reveal).orElse(null));
    }
}
