package io.flinkgpu.inference.pool.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A bearer token, kept as its digest and compared in constant time. */
final class AccessToken {

    private final byte[] digest;

    private AccessToken(byte[] digest) {
        this.digest = digest;
    }

    /**
     * The token in a text, without surrounding blanks.
     *
     * @throws IllegalArgumentException if the text is blank
     */
    static AccessToken of(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the token is blank.");
        }
        return new AccessToken(digest(text.strip()));
    }

    boolean matches(String candidate) {
        return MessageDigest.isEqual(digest, digest(candidate));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
