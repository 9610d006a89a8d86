package io.flinkgpu.benchmarks.flink;

import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;

/** What one writes for Flink's own FileSource: the bytes of a file are its one record. */
@Internal
public final class WholeStreamFormat extends SimpleStreamFormat<byte[]> {

    private static final long serialVersionUID = 1L;

    @Override
    public Reader<byte[]> createReader(Configuration config, FSDataInputStream stream) {
        return new Reader<>() {
            private boolean isRead;

            @Nullable
            @Override
            public byte[] read() throws IOException {
                if (isRead) {
                    return null;
                }
                isRead = true;
                return stream.readAllBytes();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public TypeInformation<byte[]> getProducedType() {
        return PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    }
}
