package io.flinkgpu.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.audio.DecodedAudio;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.connectors.kafka.KafkaPayload;
import io.flinkgpu.connectors.kafka.PayloadHeader;
import io.flinkgpu.connectors.tar.MediaSample;
import io.flinkgpu.connectors.text.TextLine;
import io.flinkgpu.connectors.text.TokenizedText;
import io.flinkgpu.connectors.types.WrittenState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.junit.jupiter.api.Test;

/** Records in flight that an earlier version wrote. */
class WrittenRecordsTest {

    private static final ReadFailure GONE = new ReadFailure("java.io.IOException", "gone");

    @Test
    void readsFileContents() throws IOException {
        assertReads(
                "file-content",
                FileContent.class,
                List.of(
                        FileContent.of("file:/größe.jpg", new byte[] {1, -1, 0, 127, -128}),
                        FileContent.reference(
                                "s3://b/film.mp4", "video/mp4", 1L << 40, 1_700_000_000_000L),
                        FileContent.unreadable("file:/b", GONE)));
    }

    @Test
    void readsTextLines() throws IOException {
        assertReads(
                "text-line",
                TextLine.class,
                List.of(
                        TextLine.of("file:/a", 1L << 40, "über"),
                        TextLine.unreadable("file:/b", 1, GONE)));
    }

    @Test
    void readsTokenizedTexts() throws IOException {
        assertReads(
                "tokenized-text",
                TokenizedText.class,
                List.of(
                        new TokenizedText(
                                "größer",
                                new long[] {1, 1L << 40},
                                new long[] {1, 0},
                                new long[2],
                                true)));
    }

    @Test
    void readsMediaSamples() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("jpg", new byte[] {1, 2, 3});
        members.put("cls", new byte[0]);
        assertReads(
                "media-sample",
                MediaSample.class,
                List.of(
                        new MediaSample("k", members, "s3://b/a.tar", 1L << 40, null),
                        new MediaSample("", Map.of(), "file:/a.tar", 0, GONE)));
    }

    @Test
    void readsDecodedImages() throws IOException {
        assertReads(
                "decoded-image",
                DecodedImage.class,
                List.of(new DecodedImage("file:/a.jpg", 2, 1, 1, new float[] {0.5f, -0f})));
    }

    @Test
    void readsDecodedAudio() throws IOException {
        assertReads(
                "decoded-audio",
                DecodedAudio.class,
                List.of(
                        new DecodedAudio(
                                "file:/a.wav", 1L << 33, 48_000, 2, new float[] {0.5f, -1})));
    }

    @Test
    void readsKafkaPayloads() throws IOException {
        assertReads(
                "kafka-payload",
                KafkaPayload.class,
                List.of(
                        new KafkaPayload("t", 0, 0, -1, null, null, List.of()),
                        new KafkaPayload(
                                "t",
                                3,
                                1L << 40,
                                1_700_000_000_000L,
                                new byte[] {1},
                                new byte[] {2, 3},
                                List.of(
                                        new PayloadHeader("h", new byte[] {4}),
                                        new PayloadHeader("h", null)))));
    }

    private static <T> void assertReads(String name, Class<T> type, List<T> records)
            throws IOException {
        assertThat(
                        WrittenState.ofVersion1(
                                name,
                                TypeInformation.of(type)
                                        .createSerializer(new SerializerConfigImpl()),
                                records))
                .isEqualTo(records);
    }
}
