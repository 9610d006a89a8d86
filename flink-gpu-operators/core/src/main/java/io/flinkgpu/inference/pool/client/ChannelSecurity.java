package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;

/**
 * How channels prove who they are, with the files read.
 *
 * @param tls null: plain text
 * @param token null: none is sent
 */
record ChannelSecurity(@Nullable SslContext tls, @Nullable String token) {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /**
     * Reads certificates, key and token.
     *
     * @throws IOException naming the option and the file that cannot be used, and why
     */
    static ChannelSecurity read(PoolSecurity security) throws IOException {
        return new ChannelSecurity(
                security.tls() ? tls(security) : null,
                security.tokenFile() == null ? null : token(security.tokenFile()));
    }

    void applyTo(NettyChannelBuilder channel) {
        if (tls == null) {
            channel.usePlaintext();
        } else {
            channel.sslContext(tls);
        }
        if (token != null) {
            channel.intercept(bearer(token));
        }
    }

    @Override
    public String toString() {
        return "ChannelSecurity[tls=%s, token=%s]".formatted(tls != null, token != null);
    }

    private static ClientInterceptor bearer(String token) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + token);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    private static SslContext tls(PoolSecurity security) throws IOException {
        SslContextBuilder context = GrpcSslContexts.forClient();
        trust(context, security.trustedCertificatesFile());
        identify(context, security.certificateFile(), security.privateKeyFile());
        return context.build();
    }

    private static void trust(SslContextBuilder context, @Nullable String file) throws IOException {
        if (file == null) {
            return;
        }
        File readable = readable(PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE, file);
        try {
            context.trustManager(readable);
        } catch (IllegalArgumentException invalid) {
            throw unusable(PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE, file, invalid);
        }
    }

    private static void identify(
            SslContextBuilder context, @Nullable String certificate, @Nullable String key)
            throws IOException {
        if (certificate == null || key == null) {
            return;
        }
        File chain = readable(PoolOptions.TLS_CERTIFICATE_FILE, certificate);
        File privateKey = readable(PoolOptions.TLS_PRIVATE_KEY_FILE, key);
        try {
            context.keyManager(chain, privateKey);
        } catch (IllegalArgumentException invalid) {
            throw new IOException(
                    "Cannot use %s %s with %s %s: %s"
                            .formatted(
                                    PoolOptions.TLS_CERTIFICATE_FILE.key(),
                                    certificate,
                                    PoolOptions.TLS_PRIVATE_KEY_FILE.key(),
                                    key,
                                    reason(invalid)),
                    invalid);
        }
    }

    private static String token(String file) throws IOException {
        Path path = readable(PoolOptions.TOKEN_FILE, file).toPath();
        String token = Files.readString(path).strip();
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new IOException(
                    "Cannot use %s %s: it must hold one token of visible ASCII characters."
                            .formatted(PoolOptions.TOKEN_FILE.key(), file));
        }
        return token;
    }

    private static File readable(ConfigOption<String> option, String file) throws IOException {
        try {
            byte[] unused = Files.readAllBytes(Path.of(file));
            return new File(file);
        } catch (NoSuchFileException missing) {
            throw new IOException(
                    "Cannot read %s %s: there is no such file on this machine."
                            .formatted(option.key(), file),
                    missing);
        } catch (IOException failure) {
            throw unusable(option, file, failure);
        }
    }

    private static IOException unusable(
            ConfigOption<String> option, String file, Exception failure) {
        return new IOException(
                "Cannot read %s %s: %s".formatted(option.key(), file, reason(failure)), failure);
    }

    /** The innermost message says most. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
