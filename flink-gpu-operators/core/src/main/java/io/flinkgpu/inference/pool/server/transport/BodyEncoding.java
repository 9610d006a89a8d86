package io.flinkgpu.inference.pool.server.transport;

import io.flinkgpu.inference.pool.protocol.MalformedMessageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/** How the body of a request over HTTP is encoded (RFC 9110, section 8.4). */
@Internal
public enum BodyEncoding {
    /** As it is. */
    IDENTITY,
    /** RFC 1952. */
    GZIP,
    /** RFC 1950; what some senders take it for, RFC 1951, is read as well. */
    DEFLATE;

    /** The encodings, as the header {@code accept-encoding} of a refusal names them. */
    public static final String ALL = "gzip, deflate";

    private static final int CHUNK = 64 << 10;
    private static final int ZLIB_METHOD = 8;
    private static final int ZLIB_CHECK = 31;

    /**
     * The encoding of this name; empty if it is none of these.
     *
     * @param header value of {@code content-encoding}, null: none
     */
    public static Optional<BodyEncoding> of(@Nullable String header) {
        String name = header == null ? "" : header.strip().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "", "identity" -> Optional.of(IDENTITY);
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "deflate" -> Optional.of(DEFLATE);
            default -> Optional.empty();
        };
    }

    /**
     * The bytes without the encoding.
     *
     * @param bound hears how many there are before each further chunk, and throws to end it
     * @throws MalformedMessageException if the body is not in this encoding, or ends early
     */
    byte[] decode(byte[] body, LongConsumer bound) throws MalformedMessageException {
        if (this == IDENTITY) {
            return body;
        }
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        Inflater inflater = new Inflater(!hasZlibHead(body));
        try (InputStream in = open(new ByteArrayInputStream(body), inflater)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                bound.accept((long) decoded.size() + read);
                decoded.write(chunk, 0, read);
            }
        } catch (IOException unreadable) {
            throw new MalformedMessageException(
                    "Cannot read request: its body is not in the encoding %s, which its content-encoding says (%s)."
                            .formatted(name().toLowerCase(Locale.ROOT), unreadable.getMessage()),
                    unreadable);
        } finally {
            inflater.end();
        }
        return decoded.toByteArray();
    }

    private InputStream open(InputStream encoded, Inflater inflater) throws IOException {
        return this == GZIP
                ? new GZIPInputStream(encoded, CHUNK)
                : new InflaterInputStream(encoded, inflater, CHUNK);
    }

    private static boolean hasZlibHead(byte[] body) {
        if (body.length < 2) {
            return true;
        }
        int method = body[0] & 0xf;
        int head = (body[0] & 0xff) << Byte.SIZE | (body[1] & 0xff);
        return method == ZLIB_METHOD && head % ZLIB_CHECK == 0;
    }
}
