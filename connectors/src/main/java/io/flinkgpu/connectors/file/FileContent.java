package io.flinkgpu.connectors.file;

import io.flinkgpu.connectors.content.ContentTypes;
import io.flinkgpu.connectors.listing.ExactPath;
import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.io.IOException;
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
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * One whole file in memory, a reference to a file that is too large for that, or the reason why it
 * could not be read.
 *
 * <p>A value: whoever holds one must not write to its bytes. A file of zero bytes is a content like
 * any other.
 *
 * @param path the file's Flink path with its scheme, such as {@code file:/data/a.jpg}
 * @param content all bytes of the file; empty for a reference, and where {@code failure} is set
 * @param contentType the media type by the file's first bytes, such as {@code image/jpeg}
 * @param size of the file in bytes, not negative
 * @param modifiedMillis when the file was written last, since the epoch; 0 where nobody says
 * @param failure the reason why the file could not be read, or null
 */
@TypeInfo(FileContent.InfoFactory.class)
// An array is the natural carrier of bytes; equals and hashCode below compare its elements.
@PublicEvolving
@SuppressWarnings("ArrayRecordComponent")
public record FileContent(
        String path,
        byte[] content,
        String contentType,
        long size,
        long modifiedMillis,
        @Nullable ReadFailure failure) {

    /** The Flink type: one bulk copy of the bytes, no reflection. */
    public static final TypeInformation<FileContent> TYPE =
            new ValueTypeInfo<>(FileContent.class, FileContentSerializer.INSTANCE);

    private static final byte[] NOTHING = {};

    public FileContent {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(contentType, "contentType");
        if (size < content.length) {
            throw new IllegalArgumentException(
                    "Invalid size: %d. It must not be below the %d bytes of the content."
                            .formatted(size, content.length));
        }
    }

    /** A file that was read. */
    public static FileContent of(String path, byte[] content) {
        String type = ContentTypes.of(content, path);
        return new FileContent(path, content, type, content.length, 0, null);
    }

    /** A file that is not in memory; {@link #open} reads it. */
    public static FileContent reference(
            String path, String contentType, long size, long modifiedMillis) {
        return new FileContent(path, NOTHING, contentType, size, modifiedMillis, null);
    }

    /** A file that could not be read. */
    public static FileContent unreadable(String path, ReadFailure failure) {
        Objects.requireNonNull(failure, "failure");
        return new FileContent(path, NOTHING, ContentTypes.UNKNOWN, 0, 0, failure);
    }

    /** Whether the bytes are left in the file. */
    public boolean isReference() {
        return failure == null && content.length < size;
    }

    /**
     * Opens the file that this refers to, from its first byte on; the caller closes it.
     *
     * @throws IOException if the file cannot be opened
     */
    public FSDataInputStream open() throws IOException {
        Path file = ExactPath.ofShown(path);
        return file.getFileSystem().open(file);
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
                && contentType.equals(that.contentType)
                && size == that.size
                && modifiedMillis == that.modifiedMillis
                && Objects.equals(failure, that.failure);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, Arrays.hashCode(content), size, modifiedMillis, failure);
    }

    @Override
    public String toString() {
        if (failure != null) {
            return "FileContent[" + path + ", unreadable: " + failure.cause() + "]";
        }
        String where = isReference() ? " bytes in the file]" : " bytes]";
        return "FileContent[" + path + ", " + contentType + ", " + size + where;
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
