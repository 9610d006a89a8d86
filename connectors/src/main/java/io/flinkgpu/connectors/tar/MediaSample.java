package io.flinkgpu.connectors.tar;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * The members of a tar shard that belong together, or the reason why they could not be read.
 *
 * <p>A value: whoever holds one must not write to its bytes.
 *
 * @param key what the members' names have in common, such as {@code train/cat-1}; empty where a
 *     shard could not be read from its start
 * @param members their bytes by extension, such as {@code jpg} and {@code cls}, in the shard's
 *     order; empty where {@code failure} is set
 * @param shard the Flink path of the shard
 * @param index of the sample in the shard, from 0
 * @param failure the reason why the sample, or all from it on, could not be read, or null
 */
@TypeInfo(MediaSample.InfoFactory.class)
@PublicEvolving
public record MediaSample(
        String key,
        Map<String, byte[]> members,
        String shard,
        long index,
        @Nullable ReadFailure failure) {

    /** The Flink type: one bulk copy of each member's bytes, no reflection. */
    public static final TypeInformation<MediaSample> TYPE =
            new ValueTypeInfo<>(MediaSample.class, MediaSampleSerializer.INSTANCE);

    public MediaSample {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(shard, "shard");
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    static MediaSample unreadable(String key, String shard, long index, Exception error) {
        return new MediaSample(key, Map.of(), shard, index, ReadFailure.of(error));
    }

    /** The bytes of the member with this extension. */
    public Optional<byte[]> content(String extension) {
        return Optional.ofNullable(members.get(extension));
    }

    /**
     * The member with this extension as if it were a file of its own, for decoders of files. Its
     * path is the shard's, then {@code !/} and the member's name.
     */
    public Optional<FileContent> file(String extension) {
        return content(extension)
                .map(bytes -> FileContent.of(shard + "!/" + key + "." + extension, bytes));
    }

    /** The reason why the sample could not be read; empty when it was. */
    public Optional<ReadFailure> readFailure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MediaSample that
                && key.equals(that.key)
                && shard.equals(that.shard)
                && index == that.index
                && Objects.equals(failure, that.failure)
                && hasMembersOf(that);
    }

    private boolean hasMembersOf(MediaSample that) {
        return members.keySet().equals(that.members.keySet())
                && members.entrySet().stream()
                        .allMatch(
                                member ->
                                        Arrays.equals(
                                                member.getValue(),
                                                that.members.get(member.getKey())));
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, shard, index, members.keySet(), failure);
    }

    @Override
    public String toString() {
        String what =
                failure == null ? members.keySet().toString() : "unreadable: " + failure.cause();
        return "MediaSample[%s, %d of %s, %s]".formatted(key, index, shard, what);
    }

    /** Tells Flink the type above. */
    public static final class InfoFactory extends TypeInfoFactory<MediaSample> {
        @Override
        public TypeInformation<MediaSample> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> genericParameters) {
            return TYPE;
        }
    }
}
