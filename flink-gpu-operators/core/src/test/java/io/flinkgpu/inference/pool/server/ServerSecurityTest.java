package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.client.TestingCertificate;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, who is not, and what is counted. */
@Timeout(60)
class ServerSecurityTest {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir static Path directory;
    private static TestingCertificate own;
    private static TestingCertificate client;
    private static TestingCertificate expired;

    private TestingReplicaServer server;
    private ManagedChannel channel;

    @BeforeAll
    static void makeCertificates() throws Exception {
        own = TestingCertificate.valid(directory, "server");
        client = TestingCertificate.valid(directory, "client");
        expired = TestingCertificate.expired(directory, "expired");
    }

    @AfterEach
    void close() throws Exception {
        if (channel != null) {
            channel.shutdownNow();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void letsTheRightTokenIn() throws Exception {
        start(withToken());
        channel = plainText().build();

        assertThat(isLive("Bearer secret")).isTrue();
        assertThat(refusals(Refusal.MISSING_TOKEN)).isZero();
    }

    @Test
    void refusesAndCountsAMissingToken() throws Exception {
        start(withToken());
        channel = plainText().build();

        assertThatThrownBy(() -> isLive(null))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("UNAUTHENTICATED")
                .hasMessageContaining("it has no bearer token");
        assertThat(refusals(Refusal.MISSING_TOKEN)).isEqualTo(1);
    }

    @Test
    void refusesAndCountsAWrongToken() throws Exception {
        start(withToken());
        channel = plainText().build();

        assertThatThrownBy(() -> isLive("Bearer guess"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("UNAUTHENTICATED");
        assertThat(refusals(Refusal.WRONG_TOKEN)).isEqualTo(1);
    }

    @Test
    void refusesHttpWithoutTokenAsHttpDoes() throws Exception {
        start(withToken());

        HttpResponse<String> response =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://127.0.0.1:%d/v2"
                                                                .formatted(server.port())))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("\"error\"");
    }

    @Test
    void letsClientsInThatTrustItsCertificate() throws Exception {
        start(withTls());
        channel = tls().build();

        assertThat(isLive(null)).isTrue();
    }

    @Test
    void refusesAndCountsPlainTextOnATlsPort() throws Exception {
        start(withTls());
        channel = plainText().build();

        assertThatThrownBy(() -> isLive(null)).isInstanceOf(StatusRuntimeException.class);
        await().untilAsserted(() -> assertThat(refusals(Refusal.PLAIN_TEXT)).isPositive());
    }

    @Test
    void letsClientsWithATrustedCertificateIn() throws Exception {
        start(withMutualTls(client));
        channel = tlsAs(client).build();

        assertThat(isLive(null)).isTrue();
    }

    @Test
    void refusesAndCountsAnExpiredCertificate() throws Exception {
        start(withMutualTls(expired));
        channel = tlsAs(expired).build();

        assertThatThrownBy(() -> isLive(null)).isInstanceOf(StatusRuntimeException.class);
        await().untilAsserted(() -> assertThat(refusals(Refusal.CLIENT_CERTIFICATE)).isPositive());
    }

    @Test
    void doesNotStartWithFilesThatItCannotRead() {
        server = new TestingReplicaServer(options().set(PoolOptions.TOKEN_FILE, "/nowhere/token"));

        assertThatThrownBy(() -> server.lease(pairs("echo")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot read pool.token-file: there is no readable file /nowhere/token.");
    }

    @Test
    void refusesAndCountsAClientWithoutCertificate() throws Exception {
        start(withMutualTls(client));
        channel = tls().build();

        assertThatThrownBy(() -> isLive(null)).isInstanceOf(StatusRuntimeException.class);
        await().untilAsserted(() -> assertThat(refusals(Refusal.CLIENT_CERTIFICATE)).isPositive());
    }

    @Test
    void refusesAndCountsAClientOfAnotherIssuer() throws Exception {
        start(withMutualTls(client));
        channel = tlsAs(own).build();

        assertThatThrownBy(() -> isLive(null)).isInstanceOf(StatusRuntimeException.class);
        await().untilAsserted(() -> assertThat(refusals(Refusal.CLIENT_CERTIFICATE)).isPositive());
    }

    @Test
    void asksForTheTokenOverTlsToo() throws Exception {
        start(withTls().set(PoolOptions.TOKEN_FILE, tokenFile("secret").toString()));
        channel = tls().build();

        assertThatThrownBy(() -> isLive(null)).hasMessageStartingWith("UNAUTHENTICATED");
        assertThat(isLive("Bearer secret")).isTrue();
    }

    @Test
    void doesNotStartWithABlankToken() throws Exception {
        Path blank = tokenFile(" \n");
        server = new TestingReplicaServer(options().set(PoolOptions.TOKEN_FILE, blank.toString()));

        assertThatThrownBy(() -> server.lease(pairs("echo")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot use pool.token-file %s: the token is blank.".formatted(blank));
    }

    @Test
    void doesNotStartWithACertificateThatIsNone() throws Exception {
        Path none = Files.writeString(directory.resolve("none.crt"), "no certificate");
        server =
                new TestingReplicaServer(
                        withTls().set(PoolOptions.TLS_CERTIFICATE_FILE, none.toString()));

        assertThatThrownBy(() -> server.lease(pairs("echo")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "Cannot use pool.tls.certificate-file %s: ".formatted(none));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no certificate"})
    void doesNotStartWithTrustedCertificatesThatAreNone(String content) throws Exception {
        Path none = Files.writeString(directory.resolve("untrusted.crt"), content);
        server =
                new TestingReplicaServer(
                        withMutualTls(client)
                                .set(PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE, none.toString()));

        assertThatThrownBy(() -> server.lease(pairs("echo")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "Cannot use pool.tls.trusted-certificates-file %s: ".formatted(none));
    }

    private void start(Configuration options) throws Exception {
        server = new TestingReplicaServer(options);
        server.readyLease(pairs("echo"));
    }

    private boolean isLive(String authorization) {
        var calls =
                GRPCInferenceServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(20, TimeUnit.SECONDS);
        if (authorization != null) {
            Metadata headers = new Metadata();
            headers.put(AUTHORIZATION, authorization);
            calls = calls.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        }
        return calls.serverLive(ServerLiveRequest.getDefaultInstance()).getLive();
    }

    private long refusals(Refusal reason) {
        return server.server.counters().snapshot().refusals().get(reason);
    }

    private NettyChannelBuilder plainText() {
        return NettyChannelBuilder.forAddress("localhost", server.port()).usePlaintext();
    }

    private NettyChannelBuilder tls() throws Exception {
        return tls(GrpcSslContexts.forClient());
    }

    private NettyChannelBuilder tlsAs(TestingCertificate certificate) throws Exception {
        return tls(
                GrpcSslContexts.forClient()
                        .keyManager(
                                certificate.certificate().toFile(), certificate.key().toFile()));
    }

    private NettyChannelBuilder tls(SslContextBuilder context) throws Exception {
        return NettyChannelBuilder.forAddress("localhost", server.port())
                .sslContext(context.trustManager(own.issuer().toFile()).build());
    }

    private static Configuration withToken() throws Exception {
        return options().set(PoolOptions.TOKEN_FILE, tokenFile("secret\n").toString());
    }

    private static Path tokenFile(String content) throws Exception {
        return Files.writeString(directory.resolve("token"), content);
    }

    private static Configuration withTls() {
        return options()
                .set(PoolOptions.TLS_CERTIFICATE_FILE, own.certificate().toString())
                .set(PoolOptions.TLS_PRIVATE_KEY_FILE, own.key().toString());
    }

    private static Configuration withMutualTls(TestingCertificate trusted) {
        return withTls()
                .set(PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE, trusted.issuer().toString())
                .set(PoolOptions.TLS_CLIENT_AUTHENTICATION, true);
    }
}
