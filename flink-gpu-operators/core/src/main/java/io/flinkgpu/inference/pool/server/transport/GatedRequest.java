package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.FilteredHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import javax.annotation.Nullable;
import org.reactivestreams.Subscriber;

/**
 * A request that may be refused while it comes in.
 *
 * <p>The rest of a refused one is read and dropped before its reader fails: a client that is still
 * sending hears the answer then, and its connection is good for the next request. What exceeds the
 * bound of that is cut off. In the connection's event loop.
 */
abstract class GatedRequest extends FilteredHttpRequest {

    private static final long MOST_DROPPED = 64 << 20;

    private final long maxDropped;
    private long dropped;
    @Nullable private RuntimeException refusal;

    /**
     * A request that is read through this.
     *
     * @param maxDropped bytes of a refused request that are read
     */
    GatedRequest(HttpRequest request, long maxDropped) {
        super(request, true);
        this.maxDropped = maxDropped;
    }

    /** How much of a refused request to read where this much of one is taken. */
    static long mostDropped(long maxBytes) {
        return Math.max(MOST_DROPPED, 2 * maxBytes);
    }

    /** Refuses it; its reader fails with this. */
    final void refuse(RuntimeException reason) {
        refusal = reason;
    }

    /**
     * Looks at bytes of the body.
     *
     * @return what its reader gets, the bytes themselves or others; those that are not passed on
     *     are closed
     * @throws RuntimeException to refuse the request; the bytes are not closed
     */
    abstract HttpData take(HttpData bytes);

    /**
     * The body has come whole.
     *
     * @throws RuntimeException to refuse the request
     */
    abstract void end();

    @Override
    protected final HttpObject filter(HttpObject part) {
        if (!(part instanceof HttpData bytes)) {
            return part;
        }
        if (refusal == null) {
            try {
                return take(bytes);
            } catch (RuntimeException reason) {
                refusal = reason;
            }
        }
        dropped += bytes.length();
        bytes.close();
        if (dropped > maxDropped) {
            throw refusal;
        }
        return HttpData.empty();
    }

    @Override
    protected final void beforeComplete(Subscriber<? super HttpObject> subscriber) {
        if (refusal != null) {
            throw refusal;
        }
        end();
    }
}
