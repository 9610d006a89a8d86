package io.flinkgpu.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;

class PoolSecurityTest {

    @Test
    void staysOnTheLoopbackInterfaceUnlessToldOtherwise() {
        PoolSecurity security = read(Map.of());

        assertThat(security).isEqualTo(PoolSecurity.loopbackOnly());
        assertThat(security.allowsRemoteClients()).isFalse();
    }

    @Test
    void isOpenByWishAlone() {
        assertThat(read(Map.of("pool.security", "none")).allowsRemoteClients()).isTrue();
    }

    @Test
    void readsEveryKey() {
        PoolSecurity security =
                read(
                        Map.of(
                                "pool.tls.certificate-file", "cert.pem",
                                "pool.tls.private-key-file", "key.pem",
                                "pool.tls.trusted-certificates-file", "ca.pem",
                                "pool.tls.client-authentication", "true",
                                "pool.token-file", "token"));

        assertThat(security)
                .isEqualTo(
                        new PoolSecurity(
                                false, "cert.pem", "key.pem", "ca.pem", true, true, "token"));
        assertThat(security.allowsRemoteClients()).isTrue();
    }

    @Test
    void speaksTlsWithTheJvmsTrustIfToldTo() {
        assertThat(read(Map.of("pool.tls.enabled", "true")).tls()).isTrue();
    }

    @Test
    void namesEveryContradiction() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "pool.security", "none",
                                                "pool.tls.certificate-file", "cert.pem",
                                                "pool.tls.client-authentication", "true")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(
                        "Invalid pool.security: none. Protection is configured as well: leave one"
                                + " of both out. Invalid pool.tls.certificate-file: cert.pem. It"
                                + " goes together with pool.tls.private-key-file. Invalid"
                                + " pool.tls.client-authentication: true. It needs"
                                + " pool.tls.certificate-file and"
                                + " pool.tls.trusted-certificates-file.");
    }

    @Test
    void refusesAnotherWord() {
        assertThatThrownBy(() -> read(Map.of("pool.security", "full")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageStartingWith("Invalid pool.security: full. The only value is 'none'");
    }

    private static PoolSecurity read(Map<String, String> options) {
        return PoolSecurity.from(Configuration.fromMap(options));
    }
}
