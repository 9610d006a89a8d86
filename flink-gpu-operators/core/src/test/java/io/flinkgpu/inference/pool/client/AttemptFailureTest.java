package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeTimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptFailureTest {

    private static final ReplicaAddress REPLICA = ReplicaAddress.parse("localhost:9000");

    @ParameterizedTest
    @EnumSource(ErrorClass.class)
    void readsTheClassThatTheReplicaNames(ErrorClass errorClass) {
        assertThat(failure(errorClass.name()).errorClass()).isEqualTo(errorClass);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data", "DATA ", "SOMETHING_NEWER"})
    void takesWhatItDoesNotKnowForUnknown(String name) {
        assertThat(failure(name).errorClass()).isEqualTo(ErrorClass.UNKNOWN);
    }

    @Test
    void tellsADeviceWithoutMemoryFromABusyReplica() {
        Metadata trailers = new Metadata();
        assertThat(AttemptFailure.of(REPLICA, Status.RESOURCE_EXHAUSTED, trailers).kind())
                .isEqualTo(AttemptFailure.Kind.PUSHED_BACK);

        trailers.put(InferTrailers.ERROR_CLASS, "OUT_OF_MEMORY");

        assertThat(AttemptFailure.of(REPLICA, Status.RESOURCE_EXHAUSTED, trailers).kind())
                .isEqualTo(AttemptFailure.Kind.OUT_OF_MEMORY);
    }

    @Test
    void aHandshakeThatTakesTooLongIsLostAndNotDenied() {
        Throwable late = new SslHandshakeTimeoutException("handshake timed out after 10000ms");

        assertThat(
                        AttemptFailure.of(
                                        REPLICA, Status.UNAVAILABLE.withCause(late), new Metadata())
                                .kind())
                .isEqualTo(AttemptFailure.Kind.LOST);
        assertThat(
                        AttemptFailure.of(
                                        REPLICA,
                                        Status.UNAVAILABLE.withCause(
                                                new SSLHandshakeException("bad_certificate")),
                                        new Metadata())
                                .kind())
                .isEqualTo(AttemptFailure.Kind.DENIED);
    }

    @Test
    void readsNoText() {
        AttemptFailure failure =
                AttemptFailure.of(
                        REPLICA,
                        Status.INTERNAL.withDescription("CUDA_ERROR_ECC_UNCORRECTABLE: 'my row'"),
                        new Metadata());

        assertThat(failure.errorClass()).isEqualTo(ErrorClass.UNKNOWN);
    }

    private static AttemptFailure failure(String name) {
        Metadata trailers = new Metadata();
        trailers.put(InferTrailers.ERROR_CLASS, name);
        return AttemptFailure.of(REPLICA, Status.INTERNAL, trailers);
    }
}
