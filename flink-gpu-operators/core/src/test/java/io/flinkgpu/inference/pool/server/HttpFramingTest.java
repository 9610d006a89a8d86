package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.PoolOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes on the socket: where a request ends, and what becomes of the one behind it. */
@Timeout(60)
class HttpFramingTest {

    private static final String PAIR =
            "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
    private static final String CHUNKED = "%x\r\n%s\r\n0\r\n\r\n".formatted(PAIR.length(), PAIR);
    private static final String NEXT =
            "GET /v2/health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    private static final int MEBIBYTE = 1 << 20;

    @TempDir Path folder;
    private TestingReplicaServer server =
            new TestingReplicaServer(
                    options().set(PoolOptions.SERVER_MAX_MESSAGE_SIZE, new MemorySize(MEBIBYTE)));

    @BeforeEach
    void start() throws Exception {
        server.readyLease(pairs("echo").taking(Duration.ZERO, Duration.ZERO));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1"})
    void refusesALengthBesideATransferCoding(String version) throws Exception {
        String answer =
                exchange(post(version, "transfer-encoding: chunked\r\ncontent-length: 4", CHUNKED));

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("both transfer-encoding and content-length");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1"})
    void refusesTwoLengths(String version) throws Exception {
        String lengths = "content-length: %d\r\ncontent-length: 5".formatted(PAIR.length());

        String answer = exchange(post(version, lengths, PAIR));

        assertThat(answer).startsWith("HTTP/1.1 400").contains("Multiple Content-Length");
    }

    @Test
    void refusesACodingThatItDoesNotKnow() throws Exception {
        String answer = exchange(post("1.1", "transfer-encoding: gzip, chunked", CHUNKED));

        assertThat(answer).startsWith("HTTP/1.1 501").contains("'gzip, chunked'");
    }

    @Test
    void readsChunkedBodies() throws Exception {
        String answer = exchange(post("1.1", "transfer-encoding: Chunked", CHUNKED) + NEXT);

        assertThat(answer).startsWith("HTTP/1.1 200").contains("\"data\":[1.0,2.0]");
        assertThat(answers(answer)).isEqualTo(2);
    }

    @Test
    void aConnectionGoesOnAfterABodyBeyondTheLimit() throws Exception {
        String body = " ".repeat(20 * MEBIBYTE);

        String answer = exchange(post("1.1", "content-length: " + body.length(), body) + NEXT);

        assertThat(answer).startsWith("HTTP/1.1 413").contains("larger than 1048576 bytes");
        assertThat(answers(answer)).isEqualTo(2);
    }

    @Test
    void aConnectionGoesOnAfterAChunkedBodyBeyondTheLimit() throws Exception {
        String chunk = "100000\r\n" + " ".repeat(MEBIBYTE) + "\r\n";

        String answer =
                exchange(
                        post("1.1", "transfer-encoding: chunked", chunk.repeat(5) + "0\r\n\r\n")
                                + NEXT);

        assertThat(answer).startsWith("HTTP/1.1 413");
        assertThat(answers(answer)).isEqualTo(2);
    }

    @Test
    void aConnectionGoesOnAfterAnUploadWithoutAToken() throws Exception {
        server.close();
        Path token = Files.writeString(folder.resolve("token"), "a-token-that-is-long-enough");
        server = new TestingReplicaServer(options().set(PoolOptions.TOKEN_FILE, token.toString()));
        server.readyLease(pairs("echo"));
        String body = " ".repeat(5 * MEBIBYTE);

        String answer = exchange(post("1.1", "content-length: " + body.length(), body) + NEXT);

        assertThat(answer).startsWith("HTTP/1.1 401").contains("no bearer token");
        assertThat(answers(answer)).isEqualTo(2);
    }

    private static String post(String version, String headers, String body) {
        return "POST /v2/models/echo/infer HTTP/%s\r\nhost: x\r\n%s\r\n\r\n%s"
                .formatted(version, headers, body);
    }

    private static long answers(String all) {
        return all.split("HTTP/1.1 ", -1).length - 1L;
    }

    /** All that comes until the server hangs up, which each request here makes it do. */
    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
