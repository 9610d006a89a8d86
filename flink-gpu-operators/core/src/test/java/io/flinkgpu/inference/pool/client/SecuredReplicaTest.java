package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.annotation.Nullable;
import javax.net.ssl.SSLException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SecuredReplicaTest {

    @TempDir private static Path directory;
    private static TestingCertificate server;
    private static TestingCertificate client;
    private static TestingCertificate expired;

    private final ClientHarness harness = new ClientHarness();

    @BeforeAll
    static void makeCertificates() throws Exception {
        server = TestingCertificate.valid(directory, "server");
        client = TestingCertificate.valid(directory, "client");
        expired = TestingCertificate.expired(directory, "expired");
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void showsItsToken() throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
        try (ScriptedReplica replica = ScriptedReplica.start()) {
            answer(
                    replica,
                    new PoolSecurity(false, null, null, null, false, false, token.toString()));

            assertThat(replica.authorizations()).isNotEmpty().containsOnly("Bearer s3cret");
        }
    }

    @Test
    void saysWhichOptionIsMissingWhereATokenIsAskedFor() {
        try (ScriptedReplica replica = ScriptedReplica.start()) {
            replica.refusesLookups(Status.UNAUTHENTICATED.withDescription("no token"));

            assertDenied(replica, PoolSecurity.loopbackOnly())
                    .hasMessageContaining("UNAUTHENTICATED: no token")
                    .hasMessageContaining(
                            "Set pool.token-file to a file with the token of the pool.");
        }
    }

    @Test
    void speaksTlsWithAServerThatItTrusts() throws Exception {
        try (ScriptedReplica replica = ScriptedReplica.start(tls(server, null))) {
            answer(replica, trusting(server));
        }
    }

    @Test
    void checksTheNameThatResolvedToTheServer() throws Exception {
        try (ScriptedReplica replica = ScriptedReplica.start(tls(server, null))) {
            int port = replica.address().port();
            RemoteModelClient byName = client(trusting(server));
            byName.membersChanged(
                    harness.members(
                            Replica.at(new ReplicaAddress("127.0.0.1", port, "localhost"))));

            get(byName.infer(harness.batch(1))).outputs().close();

            // another time limit, or it would share the first one's connection
            RemoteModelClient byAddress =
                    harness.client(ClientHarness.config(Duration.ofSeconds(29), trusting(server)));
            byAddress.membersChanged(
                    harness.members(Replica.at(new ReplicaAddress("127.0.0.1", port))));
            assertThatThrownBy(() -> get(byAddress.ready()))
                    .cause()
                    .isInstanceOf(ModelLoadException.class);
        }
    }

    @Test
    void refusesAServerThatItDoesNotTrust() {
        try (ScriptedReplica replica = ScriptedReplica.start(tls(server, null))) {
            assertDenied(replica, trusting(client))
                    .hasMessageContaining("Check pool.tls.trusted-certificates-file");
        }
    }

    @Test
    void refusesAServerWhoseCertificateHasExpired() {
        try (ScriptedReplica replica = ScriptedReplica.start(tls(expired, null))) {
            assertDenied(replica, trusting(expired))
                    .hasMessageContaining("Check pool.tls.trusted-certificates-file");
        }
    }

    @Test
    void showsItsOwnCertificate() throws Exception {
        try (ScriptedReplica replica = ScriptedReplica.start(tls(server, client))) {
            answer(
                    replica,
                    new PoolSecurity(
                            false,
                            client.certificate().toString(),
                            client.key().toString(),
                            server.issuer().toString(),
                            false,
                            true,
                            null));
        }
    }

    @Test
    void isRefusedWithoutACertificateWhereOneIsAskedFor() {
        try (ScriptedReplica replica = ScriptedReplica.start(tls(server, client))) {
            assertDenied(replica, trusting(server))
                    .hasMessageContaining("Check pool.tls.trusted-certificates-file");
        }
    }

    @Test
    void refusesPlainTextWhereItExpectsTls() {
        try (ScriptedReplica replica = ScriptedReplica.start()) {
            assertDenied(replica, trusting(server))
                    .hasMessageContaining("Check pool.tls.trusted-certificates-file");
        }
    }

    @Test
    void saysWhyItGetsNoAnswerInPlainTextWhereTlsIsAskedFor() {
        try (ScriptedReplica replica = ScriptedReplica.start(tls(server, null))) {
            RemoteModelClient plain = client(PoolSecurity.loopbackOnly());
            plain.membersChanged(harness.members(replica));

            CompletableFuture<InferenceResult> result =
                    plain.infer(harness.batch(1), Deadline.after(Duration.ofSeconds(1)));

            assertThatThrownBy(() -> get(result))
                    .cause()
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("replica localhost:" + replica.address().port())
                    .hasMessageContaining("UNAVAILABLE");
        }
    }

    private void answer(ScriptedReplica replica, PoolSecurity security) throws Exception {
        RemoteModelClient secured = client(security);
        secured.membersChanged(harness.members(replica));
        get(secured.infer(harness.batch(1))).outputs().close();
    }

    private AbstractThrowableAssert<?, ?> assertDenied(
            ScriptedReplica replica, PoolSecurity security) {
        RemoteModelClient denied = client(security);
        denied.membersChanged(harness.members(replica));
        return assertThatThrownBy(() -> get(denied.ready()))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ModelLoadException.class);
    }

    private RemoteModelClient client(PoolSecurity security) {
        return harness.client(ClientHarness.config(Duration.ofSeconds(30), security));
    }

    private static PoolSecurity trusting(TestingCertificate trusted) {
        return new PoolSecurity(false, null, null, trusted.issuer().toString(), false, true, null);
    }

    /**
     * A server with a certificate; it asks clients for one of the issuer of {@code clients}, if
     * any.
     */
    private static UnaryOperator<NettyServerBuilder> tls(
            TestingCertificate own, @Nullable TestingCertificate clients) {
        return builder -> {
            SslContextBuilder context =
                    GrpcSslContexts.forServer(own.certificate().toFile(), own.key().toFile());
            if (clients != null) {
                context.trustManager(clients.issuer().toFile()).clientAuth(ClientAuth.REQUIRE);
            }
            try {
                return builder.sslContext(context.build());
            } catch (SSLException unusable) {
                throw new UncheckedIOException(unusable);
            }
        };
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }
}
