package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.routing.ReplicaLoadView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolConnectionsTest {

    private final ClientHarness harness = new ClientHarness();
    private final PoolConnections connections = harness.connections;

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void sharesAConnectionAmongEqualSettings() throws IOException {
        PoolConnections.Share first = connections.acquire(ClientHarness.config(), "");
        PoolConnections.Share second = connections.acquire(ClientHarness.config(), "");
        PoolConnections.Share other =
                connections.acquire(
                        ClientHarness.config(Duration.ofSeconds(1), PoolSecurity.loopbackOnly()),
                        "");

        assertThat(second.connection()).isSameAs(first.connection());
        assertThat(other.connection()).isNotSameAs(first.connection());
    }

    @Test
    void keepsAConnectionForTheNextTask() throws IOException {
        PoolConnections.Share first = connections.acquire(ClientHarness.config(), "");
        first.close();

        PoolConnections.Share second = connections.acquire(ClientHarness.config(), "");

        assertThat(second.connection()).isSameAs(first.connection());
        await().during(ClientHarness.LINGER.multipliedBy(2)).until(() -> connections.size() == 1);
    }

    @Test
    void closesAConnectionThatNobodyTakesUp() throws IOException {
        PoolConnections.Share first = connections.acquire(ClientHarness.config(), "");
        PoolConnections.Share second = connections.acquire(ClientHarness.config(), "");

        first.close();
        first.close();
        assertThat(connections.size()).isEqualTo(1);
        second.close();

        await().until(() -> connections.size() == 0);
    }

    @Test
    void takesNewsThatComesLateForNoNews() throws IOException {
        PoolConnection connection = connections.acquire(ClientHarness.config(), "").connection();
        try (ScriptedReplica first = ScriptedReplica.start();
                ScriptedReplica second = ScriptedReplica.start()) {
            var older = harness.members(first).pools();
            var newer = harness.members(first, second).pools();

            connection.membersChanged(older);
            connection.membersChanged(newer);
            connection.membersChanged(older);

            assertThat(members(connection)).isEqualTo(addresses(newer));
        }
    }

    @Test
    void takesTheNewsOfARegistryThatStartedAnew() throws IOException {
        PoolConnection connection = connections.acquire(ClientHarness.config(), "").connection();
        try (ScriptedReplica first = ScriptedReplica.start();
                ScriptedReplica second = ScriptedReplica.start()) {
            var ofNewLife = harness.members(second).pools();
            var ofOldLife = harness.members(first, second).pools();

            connection.membersChanged(ofOldLife);
            connection.membersChanged(ofNewLife);

            assertThat(members(connection)).isEqualTo(addresses(ofNewLife));
        }
    }

    @Test
    void namesTheFileThatIsMissing() {
        assertUnusable(
                new PoolSecurity(false, null, null, null, false, false, "/no/token"),
                "Cannot read pool.token-file /no/token: there is no such file on this machine.");
        assertUnusable(
                new PoolSecurity(false, null, null, "/no/ca.pem", false, true, null),
                "Cannot read pool.tls.trusted-certificates-file /no/ca.pem: there is no such file"
                        + " on this machine.");
        assertUnusable(
                new PoolSecurity(false, "/no/cert.pem", "/no/key.pem", null, false, true, null),
                "Cannot read pool.tls.certificate-file /no/cert.pem: there is no such file on this"
                        + " machine.");
    }

    @Test
    void namesTheFileThatIsUnusable(@TempDir Path directory) throws IOException {
        String empty = Files.writeString(directory.resolve("token"), " \n").toString();
        String text = Files.writeString(directory.resolve("text"), "no certificate").toString();

        assertUnusable(
                new PoolSecurity(false, null, null, null, false, false, empty),
                "Cannot use pool.token-file "
                        + empty
                        + ": it must hold one token of visible ASCII characters.");
        assertUnusable(
                new PoolSecurity(false, null, null, text, false, true, null),
                "Cannot read pool.tls.trusted-certificates-file " + text + ": ");
        assertUnusable(
                new PoolSecurity(false, text, text, null, false, true, null),
                "Cannot use pool.tls.certificate-file " + text + " with");
    }

    private void assertUnusable(PoolSecurity security, String message) {
        assertThatThrownBy(
                        () ->
                                connections.acquire(
                                        ClientHarness.config(Duration.ofSeconds(1), security), ""))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(message);
    }

    private static Set<ReplicaAddress> members(PoolConnection connection) {
        return connection.replicas().stream()
                .map(ReplicaLoadView::address)
                .collect(Collectors.toSet());
    }

    private static Set<ReplicaAddress> addresses(List<Membership> pools) {
        return pools.stream()
                .flatMap(pool -> pool.replicas().stream())
                .map(Replica::address)
                .collect(Collectors.toSet());
    }
}
