package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.PoolOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies in the encodings that clients use. */
@Timeout(60)
class HttpBodyTest {

    private static final int MOST = 1 << 20;
    private static final byte[] PAIR =
            "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}"
                    .getBytes(StandardCharsets.UTF_8);

    private final TestingReplicaServer server =
            new TestingReplicaServer(
                    options().set(PoolOptions.SERVER_MAX_MESSAGE_SIZE, new MemorySize(MOST)));
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        server.readyLease(pairs("echo").taking(Duration.ZERO, Duration.ZERO));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP"})
    void readsGzip(String name) throws Exception {
        assertAnswered(post(gzip(PAIR), name));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsDeflateWithAndWithoutItsHead(boolean headless) throws Exception {
        assertAnswered(post(deflate(PAIR, headless), "deflate"));
    }

    @Test
    void readsWhatIsAsItIs() throws Exception {
        assertAnswered(post(PAIR, "identity"));
    }

    @Test
    void namesTheEncodingsThatItReads() throws Exception {
        HttpResponse<String> answer = post(PAIR, "br");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("'br'");
        assertThat(answer.headers().firstValue("accept-encoding")).contains("gzip, deflate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void refusesASmallBodyThatBecomesALargeOne(String name) throws Exception {
        byte[] large = new byte[64 * MOST];

        HttpResponse<String> answer =
                post(name.equals("gzip") ? gzip(large) : deflate(large, false), name);

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("larger than 1048576 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void refusesWhatIsNotInItsEncoding(String name) throws Exception {
        HttpResponse<String> answer = post(PAIR, name);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("not in the encoding " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void refusesWhatEndsEarly(String name) throws Exception {
        byte[] whole = name.equals("gzip") ? gzip(PAIR) : deflate(PAIR, false);

        HttpResponse<String> answer = post(Arrays.copyOf(whole, whole.length / 2), name);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("not in the encoding " + name);
    }

    private static void assertAnswered(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"data\":[1.0,2.0]");
    }

    private HttpResponse<String> post(byte[] body, String encoding) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d/v2/models/echo/infer".formatted(server.port()));
        return client.send(
                HttpRequest.newBuilder(uri)
                        .header("content-encoding", encoding)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(encoded)) {
            out.write(content);
        }
        return encoded.toByteArray();
    }

    private static byte[] deflate(byte[] content, boolean headless) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, headless);
        try (OutputStream out = new DeflaterOutputStream(encoded, deflater)) {
            out.write(content);
        }
        deflater.end();
        return encoded.toByteArray();
    }
}
