package io.flinkgpu.inference.pool.server.transport;

import io.grpc.Codec;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;
import org.apache.flink.annotation.Internal;

/** The message encoding {@code deflate} of gRPC: zlib's format (RFC 1950). */
@Internal
public final class GrpcDeflate implements Decompressor {

    /** What requests may be compressed with. */
    public static DecompressorRegistry encodings() {
        return DecompressorRegistry.emptyInstance()
                .with(Codec.Identity.NONE, false)
                .with(new Codec.Gzip(), true)
                .with(new GrpcDeflate(), true);
    }

    private GrpcDeflate() {}

    @Override
    public String getMessageEncoding() {
        return "deflate";
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        return new InflaterInputStream(compressed);
    }
}
