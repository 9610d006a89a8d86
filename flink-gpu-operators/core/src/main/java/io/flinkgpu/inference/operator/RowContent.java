package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.ReuseKey;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.reuse.ContentHash;
import io.flinkgpu.inference.reuse.ContentHasher;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import javax.net.ssl.SSLException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.java.functions.KeySelector;

/**
 * Which rows are equal: those with equal keys, or without a key those with equal inputs of the
 * model.
 *
 * <p>As a key selector it deals rows out by their shard, so that equal rows meet in a subtask. A
 * restore at another parallelism finds rows on the way to the stage by the same key, so a row must
 * have the same content wherever and whenever it is looked at. One thread for each copy.
 */
@Internal
public final class RowContent<IN> implements KeySelector<IN, Integer> {

    private static final long serialVersionUID = 1L;

    /** Those of parsers are subclasses of their own, and say that the row is bad. */
    private static final List<Class<? extends IOException>> OF_THE_OUTSIDE =
            List.of(
                    FileNotFoundException.class,
                    FileSystemException.class,
                    InterruptedIOException.class,
                    SocketException.class,
                    UnknownHostException.class,
                    HttpTimeoutException.class,
                    ClosedChannelException.class,
                    SSLException.class);

    private final TensorEncoder<IN> encoder;
    @Nullable private final ReuseKey<IN> key;
    @Nullable private transient ContentHasher hasher;

    /**
     * What rows are equal by.
     *
     * @param key null: the inputs that the encoder writes
     */
    public RowContent(TensorEncoder<IN> encoder, @Nullable ReuseKey<IN> key) {
        this.encoder = encoder;
        this.key = key;
    }

    /** A row that has no content may go anywhere: it is refused when it is encoded for its run. */
    @Override
    public Integer getKey(IN row) {
        return hash(row).map(ContentHash::shard).orElse(0);
    }

    /**
     * The hash of what a row is; empty if the row is bad: it has no key or no inputs.
     *
     * @throws UncheckedIOException if they could not be read from outside, and may be another time
     */
    Optional<ContentHash> hash(IN row) {
        if (hasher == null) {
            hasher = new ContentHasher();
        }
        try {
            return Optional.of(
                    key == null
                            ? hasher.ofInputs(writer -> encoder.encode(row, writer))
                            : hasher.of(key.of(row)));
        } catch (Exception withoutContent) {
            throwIfOfTheOutside(withoutContent);
            return Optional.empty();
        }
    }

    /** INVARIANT: no row is dealt out by what happened to fail, or a rescale would not find it. */
    private static void throwIfOfTheOutside(Exception failure) {
        IOException cause =
                failure instanceof UncheckedIOException unchecked
                        ? unchecked.getCause()
                        : failure instanceof IOException checked ? checked : null;
        if (cause != null
                && (cause.getClass() == IOException.class
                        || OF_THE_OUTSIDE.stream().anyMatch(type -> type.isInstance(cause)))) {
            throw new UncheckedIOException(
                    "Cannot tell which rows are equal: the encoder or the reuse key failed to read. With reuse they must do no I/O; for a bad row let them throw something other than an IOException. "
                            + cause.getMessage(),
                    cause);
        }
    }
}
