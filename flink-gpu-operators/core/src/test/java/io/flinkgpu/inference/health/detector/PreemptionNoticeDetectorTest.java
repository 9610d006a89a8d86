package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.DetectorOptions;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Suspicion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreemptionNoticeDetectorTest {

    private static final String DEFAULT_REASON = "the node is about to be taken away";

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Configuration options = new Configuration();
    private Path file;
    private HttpServer server;
    private String url;
    private volatile int status = 404;
    private volatile String body = "";
    private volatile boolean isEndless;

    @BeforeEach
    void startTheNodesAgent(@TempDir Path directory) throws IOException {
        file = directory.resolve("notice");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/notice", this::answer);
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort() + "/notice";
    }

    @AfterEach
    void stopTheNodesAgent() {
        server.stop(0);
        executor.shutdownNow();
    }

    @Test
    void hasNoDetectorWithoutAPlaceToLookAt() {
        assertThat(new PreemptionNoticeDetectorFactory().create(context())).isEmpty();
    }

    @Test
    void reportsAFileOnce() throws IOException {
        options.set(DetectorOptions.PREEMPTION_NOTICE_FILE, file.toString());
        FailureDetector detector = detector();
        assertThat(detector.check()).isEmpty();

        Files.writeString(file, " spot instance reclaimed \nat 12:00\n");

        assertThat(detector.check())
                .containsExactly(Suspicion.ofLeavingNode("spot instance reclaimed"));
        assertThat(detector.check()).isEmpty();
    }

    @Test
    void givesAReasonWhereTheFileHasNone() throws IOException {
        options.set(DetectorOptions.PREEMPTION_NOTICE_FILE, file.toString());
        Files.createFile(file);

        assertThat(detector().check()).containsExactly(Suspicion.ofLeavingNode(DEFAULT_REASON));
    }

    @Test
    void reportsAnotherNoticeAfterOneThatWasTakenBack() throws IOException {
        options.set(DetectorOptions.PREEMPTION_NOTICE_FILE, file.toString());
        FailureDetector detector = detector();
        Files.writeString(file, "first");
        detector.check();
        Files.delete(file);

        assertThat(detector.check())
                .containsExactly(Suspicion.ofStayingNode("the notice was taken back"));
        assertThat(detector.check()).isEmpty();

        Files.writeString(file, "second");

        assertThat(detector.check()).containsExactly(Suspicion.ofLeavingNode("second"));
    }

    @Test
    void reportsAnAddressThatAnswersOnce() {
        options.set(DetectorOptions.PREEMPTION_NOTICE_URL, url);
        FailureDetector detector = detector();
        assertThat(detector.check()).isEmpty();

        status = 200;
        body = "terminate\nin two minutes";

        assertThat(detector.check()).containsExactly(Suspicion.ofLeavingNode("terminate"));
        assertThat(detector.check()).isEmpty();
    }

    @Test
    void reportsOnceWhatBothPlacesSay() throws IOException {
        options.set(DetectorOptions.PREEMPTION_NOTICE_FILE, file.toString());
        options.set(DetectorOptions.PREEMPTION_NOTICE_URL, url);
        FailureDetector detector = detector();
        status = 200;
        assertThat(detector.check()).hasSize(1);

        Files.writeString(file, "reclaimed");

        assertThat(detector.check()).isEmpty();
    }

    @Test
    void saysThatAnAddressFails() {
        options.set(DetectorOptions.PREEMPTION_NOTICE_URL, url);
        FailureDetector detector = detector();
        status = 302;

        assertThatThrownBy(detector::check)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Cannot read preemption notice of " + url + ": status 302.");
    }

    @Test
    void remembersANoticeWhileAnAddressFails() {
        options.set(DetectorOptions.PREEMPTION_NOTICE_URL, url);
        FailureDetector detector = detector();
        status = 200;
        detector.check();

        status = 500;
        assertThatThrownBy(detector::check).hasMessageContaining("status 500");

        status = 200;
        assertThat(detector.check()).isEmpty();
    }

    @Test
    void readsTheAddressWhereTheFileFails() throws IOException {
        Files.createDirectory(file);
        options.set(DetectorOptions.PREEMPTION_NOTICE_FILE, file.toString());
        options.set(DetectorOptions.PREEMPTION_NOTICE_URL, url);
        FailureDetector detector = detector();
        assertThatThrownBy(detector::check)
                .hasMessageStartingWith("Cannot read preemption notice of " + file + ": ");

        status = 200;

        assertThat(detector.check()).containsExactly(Suspicion.ofLeavingNode(DEFAULT_REASON));
    }

    @Test
    void givesUpAnAnswerThatDoesNotEnd() {
        isEndless = true;
        PreemptionNotice notice = new PreemptionNoticeUrl(URI.create(url), Duration.ofMillis(200));

        assertThatThrownBy(notice::read)
                .isInstanceOf(IOException.class)
                .hasMessage("no answer within 200 ms");
    }

    @Test
    void refusesAllThatIsWrongAtOnce() {
        options.set(DetectorOptions.PREEMPTION_NOTICE_FILE, " ");
        options.set(DetectorOptions.PREEMPTION_NOTICE_URL, "ftp://localhost/notice");

        assertThatThrownBy(this::detector)
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(
                        "Invalid detector.preemption-notice.file: ' '. It must be the path of a"
                                + " file. Invalid detector.preemption-notice.url:"
                                + " 'ftp://localhost/notice'. It must be an address such as"
                                + " http://localhost:8080/notice.");
    }

    private FailureDetector detector() {
        return new PreemptionNoticeDetectorFactory().create(context()).orElseThrow();
    }

    private DetectorContext context() {
        return new DetectorContext(options, List::of, System::nanoTime);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (isEndless) {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().flush();
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
