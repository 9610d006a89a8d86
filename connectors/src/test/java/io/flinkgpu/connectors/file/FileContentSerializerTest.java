package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.types.SerializerChecks;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FileContentSerializerTest {

    private final FileContentSerializer serializer = FileContentSerializer.INSTANCE;

    static Stream<FileContent> contents() {
        byte[] large = new byte[100_003];
        large[100_002] = 7;
        return Stream.of(
                FileContent.of("file:/a.jpg", new byte[] {1, -1, 0, 127, -128}),
                FileContent.of("file:/empty", new byte[0]),
                FileContent.of("file:/large", large),
                FileContent.of("file:/quote\"newline\n\u00e4\u20ac\ud83d\ude00", new byte[] {1}),
                FileContent.of("x".repeat(70_000), new byte[] {1}),
                FileContent.reference(
                        "s3://bucket/film.mp4", "video/mp4", 1L << 40, 1_700_000_000_000L),
                FileContent.unreadable("file:/b", new ReadFailure("java.io.IOException", "gone")));
    }

    @ParameterizedTest
    @MethodSource("contents")
    void readsWhatItWrote(FileContent content) throws IOException {
        assertThat(SerializerChecks.roundTrip(serializer, content)).isEqualTo(content);
        assertThat(SerializerChecks.copyThroughViews(serializer, content)).isEqualTo(content);
    }

    @Test
    void copiesBytes() {
        FileContent original = FileContent.of("file:/a", new byte[] {1, 2});

        FileContent copy = serializer.copy(original);

        assertThat(copy).isEqualTo(original);
        assertThat(copy.content()).isNotSameAs(original.content());
    }

    @Test
    void restoresFromItsSnapshot() throws IOException {
        assertThat(SerializerChecks.restore(serializer)).isSameAs(serializer);
    }

    @Test
    void isFoundByFlinkWithoutGenericTypes() {
        SerializerConfigImpl noGenericTypes = new SerializerConfigImpl();
        noGenericTypes.setGenericTypes(false);

        TypeInformation<FileContent> type = TypeInformation.of(FileContent.class);

        assertThat(type).isEqualTo(FileContent.TYPE);
        assertThat(type.createSerializer(noGenericTypes)).isSameAs(serializer);
    }

    @Test
    void equalsByPathBytesAndFailure() {
        FileContent content = FileContent.of("a", new byte[] {1});

        assertThat(content)
                .isEqualTo(FileContent.of("a", new byte[] {1}))
                .hasSameHashCodeAs(FileContent.of("a", new byte[] {1}))
                .isNotEqualTo(FileContent.of("a", new byte[] {2}))
                .isNotEqualTo(FileContent.of("b", new byte[] {1}))
                .isNotEqualTo(
                        new FileContent(
                                "a",
                                new byte[] {1},
                                content.contentType(),
                                1,
                                0,
                                new ReadFailure("E", "cause")));
    }
}
