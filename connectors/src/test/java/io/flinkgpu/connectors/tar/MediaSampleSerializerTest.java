package io.flinkgpu.connectors.tar;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.types.SerializerChecks;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MediaSampleSerializerTest {

    private final MediaSampleSerializer serializer = MediaSampleSerializer.INSTANCE;

    static Stream<MediaSample> samples() {
        return Stream.of(
                sample(),
                new MediaSample("", Map.of(), "s3://bucket/a.tar", 0, null),
                MediaSample.unreadable("k", "file:/a.tar", 1L << 40, new IOException("cut off")),
                new MediaSample("k", Map.of("", new byte[100_003]), "file:/a.tar", 1, null));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readsWhatItWrote(MediaSample sample) throws IOException {
        assertThat(SerializerChecks.roundTrip(serializer, sample)).isEqualTo(sample);
        assertThat(SerializerChecks.copyThroughViews(serializer, sample)).isEqualTo(sample);
    }

    @Test
    void keepsTheOrderOfMembersAndCopiesBytes() {
        MediaSample copy = serializer.copy(sample());

        assertThat(copy).isEqualTo(sample());
        assertThat(copy.members().keySet()).containsExactly("jpg", "cls", "a");
        assertThat(copy.members().get("jpg")).isNotSameAs(sample().members().get("jpg"));
    }

    @Test
    void restoresFromItsSnapshot() throws IOException {
        assertThat(SerializerChecks.restore(serializer)).isSameAs(serializer);
    }

    @Test
    void isFoundByFlinkWithoutGenericTypes() {
        SerializerConfigImpl noGenericTypes = new SerializerConfigImpl();
        noGenericTypes.setGenericTypes(false);

        TypeInformation<MediaSample> type = TypeInformation.of(MediaSample.class);

        assertThat(type).isEqualTo(MediaSample.TYPE);
        assertThat(type.createSerializer(noGenericTypes)).isSameAs(serializer);
    }

    @Test
    void equalsByAllItsParts() {
        assertThat(sample())
                .isEqualTo(sample())
                .hasSameHashCodeAs(sample())
                .isNotEqualTo(new MediaSample("k", Map.of("jpg", new byte[1]), "s", 3, null))
                .isNotEqualTo(
                        new MediaSample(
                                "k", sample().members(), "s", 3, new ReadFailure("E", "cause")));
    }

    private static MediaSample sample() {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("jpg", new byte[] {1, 2, 3});
        members.put("cls", new byte[] {4});
        members.put("a", new byte[0]);
        return new MediaSample("k", members, "s", 3, null);
    }
}
