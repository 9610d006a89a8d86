package io.flinkgpu.inference.pool.protocol;

import io.grpc.Metadata;
import org.apache.flink.annotation.Internal;

/** The trailers of gRPC, headers of HTTP, in which a replica says more of a failure. */
@Internal
public final class InferTrailers {

    /** Milliseconds to wait before asking this server again, a decimal number. */
    public static final Metadata.Key<String> PUSHBACK = key("grpc-retry-pushback-ms");

    /** Set if the request was withdrawn and never ran. */
    public static final Metadata.Key<String> WITHDRAWN = key("flinkgpu-withdrawn");

    /**
     * The {@link io.flinkgpu.inference.fault.ErrorClass} of a run that failed, by name; left out
     * where the server does not know it.
     */
    public static final Metadata.Key<String> ERROR_CLASS = key("flinkgpu-error-class");

    private InferTrailers() {}

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
