package io.flinkgpu.inference.pool.protocol;

import io.grpc.Metadata;
import org.apache.flink.annotation.Internal;

/** The trailers in which a replica says more of a failure than its status does. */
@Internal
public final class InferTrailers {

    /** Milliseconds for which the replica asks not to be asked, a decimal number. */
    public static final Metadata.Key<String> PUSHBACK = key(InferParameters.RETRY_PUSHBACK);

    /** Set if the request was not started in time and never runs. */
    public static final Metadata.Key<String> WITHDRAWN = key(InferParameters.WITHDRAWN);

    /** Name of the {@link io.flinkgpu.inference.fault.ErrorClass} of a run that failed. */
    public static final Metadata.Key<String> ERROR_CLASS = key(InferParameters.ERROR_CLASS);

    private InferTrailers() {}

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
