package io.flinkgpu.inference.pool.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class DnsDiscoveryTest {

    private static final PoolAddress POOL = PoolAddress.parse("dns://replicas.example.org:9000");

    private List<String> hosts = List.of("10.0.0.2", "10.0.0.1");

    @Test
    void takesEveryAddressOfTheName() throws Exception {
        Membership members = open().next(Membership.unknown(POOL));

        assertThat(members.complete()).isTrue();
        assertThat(members.replicas())
                .extracting(replica -> replica.address().toString())
                .containsExactly("10.0.0.1:9000", "10.0.0.2:9000");
        assertThat(members.replicas())
                .as("whose certificates must hold the name")
                .allSatisfy(
                        replica ->
                                assertThat(replica.address().serverName())
                                        .isEqualTo("replicas.example.org"));
    }

    @Test
    void seesChanges() throws Exception {
        MembershipSource source = open();
        Membership before = source.next(Membership.unknown(POOL));
        hosts = List.of("10.0.0.3");

        Membership after = source.next(before);

        assertThat(after.version()).isGreaterThan(before.version());
        assertThat(after.replicas()).hasSize(1);
    }

    @Test
    void membersThatComeBackAfterAFailedLookAreNewer() throws Exception {
        MembershipSource source = open();
        Membership before = source.next(Membership.unknown(POOL));
        hosts = List.of("10.0.0.3");
        Membership between = source.next(before);
        hosts = List.of("10.0.0.2", "10.0.0.1");

        Membership after = source.next(Membership.unknown(POOL));

        assertThat(after.replicas()).isEqualTo(before.replicas());
        assertThat(after.version()).isGreaterThan(between.version());
    }

    @Test
    void answersTheSameWhileNothingChanges() throws Exception {
        MembershipSource source = open();
        Membership members = source.next(Membership.unknown(POOL));

        assertThat(source.next(members)).isSameAs(members);
    }

    @Test
    void failsWhenTheNameDoesNotResolve() {
        hosts = List.of();

        assertThatThrownBy(() -> open().next(Membership.unknown(POOL)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("replicas.example.org");
    }

    @Test
    void needsAPort() {
        assertThatThrownBy(
                        () ->
                                new DnsDiscovery()
                                        .open(
                                                PoolAddress.parse("dns://replicas"),
                                                new Configuration()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid replica address: 'replicas'. Write <host>:<port>.");
    }

    private MembershipSource open() {
        return new DnsDiscovery(this::resolve)
                .open(
                        POOL,
                        new Configuration()
                                .set(PoolOptions.DISCOVERY_INTERVAL, Duration.ofMillis(1)));
    }

    private InetAddress[] resolve(String name) throws UnknownHostException {
        if (hosts.isEmpty()) {
            throw new UnknownHostException(name);
        }
        InetAddress[] addresses = new InetAddress[hosts.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = InetAddress.getByName(hosts.get(i));
        }
        return addresses;
    }
}
