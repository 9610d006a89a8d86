package io.flinkgpu.inference.pool;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How servers and clients of a pool know each other. Paths are of files on the machine that reads
 * them, in PEM format.
 *
 * @param open whether the user asked for no protection at all, with {@code pool.security: none}
 * @param certificateFile own certificate chain; null: a server speaks plain text
 * @param privateKeyFile the key of that certificate
 * @param trustedCertificatesFile whom to trust: on a client the servers' issuer, on a server the
 *     clients' issuer; null: the JVM's own trust store
 * @param clientAuthentication whether a server refuses clients without a trusted certificate
 * @param tls whether a client speaks TLS
 * @param tokenFile a file with the bearer token; null: no token
 */
@Internal
public record PoolSecurity(
        boolean open,
        @Nullable String certificateFile,
        @Nullable String privateKeyFile,
        @Nullable String trustedCertificatesFile,
        boolean clientAuthentication,
        boolean tls,
        @Nullable String tokenFile)
        implements Serializable {

    /** The only value of {@link PoolOptions#SECURITY}. */
    public static final String NONE = "none";

    /**
     * Reads the options {@code pool.security}, {@code pool.tls.*} and {@code pool.token-file}.
     *
     * @throws IllegalConfigurationException naming every contradiction
     */
    public static PoolSecurity from(ReadableConfig options) {
        String certificate = options.get(PoolOptions.TLS_CERTIFICATE_FILE);
        String trusted = options.get(PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE);
        PoolSecurity security =
                new PoolSecurity(
                        NONE.equals(options.get(PoolOptions.SECURITY)),
                        certificate,
                        options.get(PoolOptions.TLS_PRIVATE_KEY_FILE),
                        trusted,
                        options.get(PoolOptions.TLS_CLIENT_AUTHENTICATION),
                        options.getOptional(PoolOptions.TLS_ENABLED)
                                .orElse(certificate != null || trusted != null),
                        options.get(PoolOptions.TOKEN_FILE));
        List<String> problems = security.problems(options.get(PoolOptions.SECURITY));
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
        return security;
    }

    /** Nothing set: plain text on the loopback interface. */
    public static PoolSecurity loopbackOnly() {
        return new PoolSecurity(false, null, null, null, false, false, null);
    }

    /** Whether a server may be reached from other machines: protected, or open by wish. */
    public boolean allowsRemoteClients() {
        return open || certificateFile != null || tokenFile != null;
    }

    private List<String> problems(@Nullable String word) {
        List<String> problems = new ArrayList<>();
        if (word != null && !word.equals(NONE)) {
            problems.add(
                    "Invalid %s: %s. The only value is '%s'; leave it out and set %s or %s for protection."
                            .formatted(
                                    PoolOptions.SECURITY.key(),
                                    word,
                                    NONE,
                                    PoolOptions.TOKEN_FILE.key(),
                                    PoolOptions.TLS_CERTIFICATE_FILE.key()));
        }
        if (open && (certificateFile != null || tokenFile != null || tls)) {
            problems.add(
                    "Invalid %s: none. Protection is configured as well: leave one of both out."
                            .formatted(PoolOptions.SECURITY.key()));
        }
        if ((certificateFile == null) != (privateKeyFile == null)) {
            problems.add(
                    "Invalid %s: %s. It goes together with %s."
                            .formatted(
                                    PoolOptions.TLS_CERTIFICATE_FILE.key(),
                                    certificateFile,
                                    PoolOptions.TLS_PRIVATE_KEY_FILE.key()));
        }
        if (clientAuthentication && (certificateFile == null || trustedCertificatesFile == null)) {
            problems.add(
                    "Invalid %s: true. It needs %s and %s."
                            .formatted(
                                    PoolOptions.TLS_CLIENT_AUTHENTICATION.key(),
                                    PoolOptions.TLS_CERTIFICATE_FILE.key(),
                                    PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE.key()));
        }
        return problems;
    }
}
