package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.ServerBuilder;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.apache.flink.configuration.ConfigOption;

/** Opens the port with as much protection as is configured. */
final class TransportSecurity {

    private TransportSecurity() {}

    /**
     * Adds port, TLS and token.
     *
     * @throws IllegalStateException if a file cannot be read or holds nothing of use
     */
    static void apply(
            ServerBuilder builder,
            InetSocketAddress local,
            PoolSecurity security,
            ServerCounters counters) {
        if (security.certificateFile() == null) {
            builder.http(local);
        } else {
            builder.https(local);
            tls(builder, security);
        }
        if (security.tokenFile() != null) {
            AccessToken token = token(security.tokenFile());
            builder.decorator(new TokenCheck(token, counters)::check);
        }
    }

    private static void tls(ServerBuilder builder, PoolSecurity security) {
        Path certificate = readable(PoolOptions.TLS_CERTIFICATE_FILE, security.certificateFile());
        Path key = readable(PoolOptions.TLS_PRIVATE_KEY_FILE, security.privateKeyFile());
        try {
            builder.tls(TlsKeyPair.of(key.toFile(), certificate.toFile()));
        } catch (RuntimeException unusable) {
            throw cannot(PoolOptions.TLS_CERTIFICATE_FILE, certificate.toString(), unusable);
        }
        if (security.clientAuthentication()) {
            X509Certificate[] trusted = trusted(security.trustedCertificatesFile());
            builder.tlsCustomizer(
                    context -> context.trustManager(trusted).clientAuth(ClientAuth.REQUIRE));
        }
    }

    private static X509Certificate[] trusted(String file) {
        Path path = readable(PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE, file);
        try (InputStream content = Files.newInputStream(path)) {
            X509Certificate[] certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(content).stream()
                            .map(X509Certificate.class::cast)
                            .toArray(X509Certificate[]::new);
            if (certificates.length == 0) {
                throw new CertificateException("it holds no certificate.");
            }
            return certificates;
        } catch (IOException | CertificateException unusable) {
            throw cannot(PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE, file, unusable);
        }
    }

    private static AccessToken token(String file) {
        Path path = readable(PoolOptions.TOKEN_FILE, file);
        try {
            return AccessToken.of(Files.readString(path, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException unusable) {
            throw cannot(PoolOptions.TOKEN_FILE, file, unusable);
        }
    }

    private static Path readable(ConfigOption<String> option, String file) {
        try {
            Path path = Path.of(file);
            if (Files.isRegularFile(path) && Files.isReadable(path)) {
                return path;
            }
        } catch (InvalidPathException noPath) {
            throw cannot(option, file, noPath);
        }
        throw new IllegalStateException(
                "Cannot read %s: there is no readable file %s.".formatted(option.key(), file));
    }

    private static IllegalStateException cannot(
            ConfigOption<String> option, String file, Exception cause) {
        return new IllegalStateException(
                "Cannot use %s %s: %s".formatted(option.key(), file, cause.getMessage()), cause);
    }
}
