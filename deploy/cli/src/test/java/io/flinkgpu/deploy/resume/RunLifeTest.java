package io.flinkgpu.deploy.resume;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.Submission;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an address and the lack of an answer say. */
class RunLifeTest {

    private static final String NOBODY = "http://localhost:1";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LATELY = Duration.ofSeconds(5);
    private static final Duration LONG_AGO = Duration.ofHours(1);

    @Test
    void localhostIsThisMachineWhereTheLedgerIsAFile() {
        assertThat(life(NOBODY, true, LATELY).sign()).isEmpty();
        assertThat(life(NOBODY, false, LATELY).sign()).isPresent();
        assertThat(life(NOBODY, false, LONG_AGO).sign()).isEmpty();
    }

    @Test
    void anotherFlinkOfThisMachineDoesNotKnowARunOfAnotherOne() throws Exception {
        HttpServer flink =
                server(
                        exchange -> {
                            exchange.sendResponseHeaders(404, -1);
                            exchange.close();
                        });
        try {
            assertThat(life(address(flink), true, LATELY).sign()).isEmpty();
            assertThat(life(address(flink), false, LATELY).sign()).isPresent();
        } finally {
            flink.stop(0);
        }
    }

    /** Somebody listens, and does not get to answer. */
    @Test
    void aBrokenConnectionSaysNothing() throws Exception {
        HttpServer flink = server(HttpExchange::close);
        try {
            assertThat(life(address(flink), true, LONG_AGO).sign())
                    .hasValueSatisfying(sign -> assertThat(sign).contains("cannot tell how it is"));
        } finally {
            flink.stop(0);
        }
    }

    private static HttpServer server(HttpHandler handler) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.start();
        return server;
    }

    private static String address(HttpServer flink) {
        return "http://localhost:" + flink.getAddress().getPort();
    }

    private static RunLife life(String address, boolean isLedgerLocal, Duration silent) {
        LedgerEntry.RunBegun begun =
                new LedgerEntry.RunBegun(
                        "run-1",
                        "digits",
                        new LedgerEntry.Job("00".repeat(16), "Digits"),
                        List.of(),
                        NOW.minus(LONG_AGO),
                        null);
        return new RunLife(
                new Run(begun, NOW.minus(silent), null, List.of(), null, Duration.ZERO, List.of()),
                new Submission("", address, null),
                isLedgerLocal,
                NOW);
    }
}
