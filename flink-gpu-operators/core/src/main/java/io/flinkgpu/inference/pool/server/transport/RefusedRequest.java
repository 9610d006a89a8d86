package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import org.apache.flink.annotation.Internal;

/** A request that was refused by its headers. */
@Internal
public final class RefusedRequest extends GatedRequest {

    private static final long MAX_DROPPED = 16 << 20;

    private RefusedRequest(HttpRequest request) {
        super(request, MAX_DROPPED);
        refuse(new IllegalStateException("Cannot read request: it was refused."));
    }

    /** Answers a request when its body has passed by, or at once if that is too long. */
    public static HttpResponse answer(HttpRequest request, HttpResponse response) {
        return HttpResponse.of(
                new RefusedRequest(request).aggregate().handle((nothing, refused) -> response));
    }

    @Override
    HttpData take(HttpData bytes) {
        return bytes;
    }

    @Override
    void end() {}
}
