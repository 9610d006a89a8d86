package io.flinkgpu.inference.pool.server;

import org.apache.flink.annotation.Internal;

/** Why a client was turned away before its request was looked at. */
@Internal
public enum Refusal {
    /** It sent no bearer token. */
    MISSING_TOKEN,
    /** Its bearer token is not the server's. */
    WRONG_TOKEN,
    /** Its certificate is missing, expired or not trusted. */
    CLIENT_CERTIFICATE,
    /** It spoke plain text to a TLS port. */
    PLAIN_TEXT,
    /** Its TLS handshake failed in another way. */
    TLS_HANDSHAKE
}
