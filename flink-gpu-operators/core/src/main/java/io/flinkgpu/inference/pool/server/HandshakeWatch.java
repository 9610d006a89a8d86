package io.flinkgpu.inference.pool.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;

/** Counts clients whose TLS handshake fails. One for each connection, in its event loop. */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {

    private final ServerCounters counters;
    private boolean counted;

    HandshakeWatch(ServerCounters counters) {
        this.counters = counters;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake
                && !handshake.isSuccess()
                && !counted) {
            counted = true;
            counters.refused(reason(handshake.cause()));
        }
        super.userEventTriggered(context, event);
    }

    static Refusal reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotSslRecordException) {
                return Refusal.PLAIN_TEXT;
            }
            if (cause instanceof CertificateException
                    || cause instanceof CertPathValidatorException
                    || saysNoCertificate(cause)) {
                return Refusal.CLIENT_CERTIFICATE;
            }
        }
        return Refusal.TLS_HANDSHAKE;
    }

    /** The JDK's and OpenSSL's words for a client without a certificate. */
    private static boolean saysNoCertificate(Throwable cause) {
        String message = cause.getMessage();
        return message != null
                && (message.contains("Empty client certificate chain")
                        || message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE"));
    }
}
