package io.flinkgpu.inference.pool.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** The bearer token that clients must show. Prints nothing of itself. */
final class AccessToken {

    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    private AccessToken(byte[] token) {
        this.token = token;
    }

    /**
     * Reads the token, leaving white space around it out.
     *
     * @throws IllegalStateException if the file cannot be read or is blank
     */
    static AccessToken read(String file) {
        String text;
        try {
            text = Files.readString(Path.of(file)).strip();
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "Cannot read the token file %s: %s".formatted(file, unreadable.getMessage()),
                    unreadable);
        }
        if (text.isEmpty()) {
            throw new IllegalStateException(
                    "Invalid token file %s: it is blank. Write the token into it.".formatted(file));
        }
        return new AccessToken(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Compares in a time that does not depend on where the two differ. */
    boolean matches(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] shown =
                authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(shown, token);
    }

    @Override
    public String toString() {
        return "AccessToken";
    }
}
