package io.flinkgpu.state.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.state.testing.TestingPostgres;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresRunLedgerTest extends RunLedgerContract {

    private static TestingPostgres postgres;

    @BeforeAll
    static void startServer() throws IOException {
        postgres = TestingPostgres.start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Override
    String url() {
        return postgres.url();
    }

    @Test
    void tellsNoPasswordWhenItIsRefused() {
        Configuration options = new Configuration();
        options.set(LedgerOptions.URL, postgres.url());
        options.set(LedgerOptions.USER, "nobody");
        options.set(LedgerOptions.PASSWORD, "secret-in-option");

        assertThatThrownBy(() -> RunLedger.open(LedgerConfig.from(options, Map.of()).orElseThrow()))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith("Cannot open the ledger at jdbc:postgresql://127.0.0.1:")
                .satisfies(
                        refused -> {
                            for (Throwable cause = refused;
                                    cause != null;
                                    cause = cause.getCause()) {
                                assertThat(cause.toString()).doesNotContain("secret-in");
                            }
                        });
    }
}
