package io.flinkgpu.connectors.file;

import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.TypeExtractor;

/**
 * One whole file in memory, or the reason why it could not be read.
 *
 * <p>A value: whoever holds one must not write to its bytes. A file of zero bytes is a content like
 * any other.
 *
 * @param path the file's Flink path with its scheme, such as {@code file:/data/a.jpg}
 * @param content all bytes of the file; empty where {@code failure} is set
 * @param failure the reason why the file could not be read, or null
 */
@TypeInfo(FileContent.InfoFactory.class)
// An array is the natural carrier of bytes; equals and hashCode below compare its elements.
@PublicEvolving
@SuppressWarnings("ArrayRecordComponent")
public record FileContent(String path, byte[] content, @Nullable ReadFailure failure) {

    /** The Flink type: one bulk copy of the bytes, no reflection. */
    public static final TypeInformation<FileContent> TYPE =
            new ValueTypeInfo<>(FileContent.class, FileContentSerializer.INSTANCE);

    private static final byte[] NOTHING = {};

    public FileContent {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(content, "content");
    }

    /** A file that was read. */
    public static FileContent of(String path, byte[] content) {
        return new FileContent(path, content, null);
    }

    /** A file that could not be read. */
    public static FileContent unreadable(String path, ReadFailure failure) {
        return new FileContent(path, NOTHING, Objects.requireNonNull(failure, "failure"));
    }

    /** The reason why the file could not be read; empty when it was. */
    public Optional<ReadFailure> readFailure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileContent that
                && path.equals(that.path)
                && Arrays.equals(content, that.content)
                && Objects.equals(failure, that.failure);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, Arrays.hashCode(content), failure);
    }

    @Override
    public String toString() {
        return failure == null
                ? "FileContent[" + path + ", " + content.length + " bytes]"
                : "FileContent[" + path + ", unreadable: " + failure.cause() + "]";
    }

    /** Tells Flink's {@link TypeExtractor} the type above. */
    public static final class InfoFactory extends TypeInfoFactory<FileContent> {
        @Override
        public TypeInformation<FileContent> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> genericParameters) {
            return TYPE;
        }
    }
}
