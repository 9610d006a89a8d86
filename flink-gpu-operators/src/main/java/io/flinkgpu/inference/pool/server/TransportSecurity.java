package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.ServerBuilder;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.File;
import java.net.InetSocketAddress;

/** Who may connect: plain text or TLS, certificates of clients, and the bearer token. */
final class TransportSecurity {

    private TransportSecurity() {}

    /**
     * Makes a server listen as its configuration says.
     *
     * @throws IllegalStateException if a file of the configuration cannot be read
     */
    static void apply(ServerBuilder builder, ReplicaServerConfig config, ServerCounters counters) {
        PoolSecurity security = config.security();
        InetSocketAddress address = new InetSocketAddress(config.bindHost(), config.port());
        if (security.certificateFile() == null) {
            builder.http(address);
        } else {
            builder.https(address);
            addTls(builder, security, counters);
        }
        if (security.tokenFile() != null) {
            AccessToken token = AccessToken.read(security.tokenFile());
            builder.decorator(delegate -> new TokenCheck(delegate, token, counters));
        }
    }

    private static void addTls(
            ServerBuilder builder, PoolSecurity security, ServerCounters counters) {
        builder.tls(
                TlsKeyPair.of(
                        readable("private key", security.privateKeyFile()),
                        readable("certificate", security.certificateFile())));
        if (security.clientAuthentication()) {
            File trusted = readable("trusted certificates", security.trustedCertificatesFile());
            builder.tlsCustomizer(tls -> tls.trustManager(trusted).clientAuth(ClientAuth.REQUIRE));
        }
        builder.childChannelPipelineCustomizer(
                pipeline -> pipeline.addLast(new HandshakeFailures(counters)));
    }

    private static File readable(String what, String path) {
        File file = new File(path);
        if (!file.canRead()) {
            throw new IllegalStateException(
                    "Cannot serve with TLS: the %s file %s cannot be read.".formatted(what, path));
        }
        return file;
    }

    /** Counts connections whose handshake failed, such as those of clients without TLS. */
    private static final class HandshakeFailures extends ChannelInboundHandlerAdapter {

        private final ServerCounters counters;

        private HandshakeFailures(ServerCounters counters) {
            this.counters = counters;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event)
                throws Exception {
            if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
                counters.refused(ServerCounters.Refusal.TLS_HANDSHAKE);
            }
            super.userEventTriggered(context, event);
        }
    }
}
