package io.flinkgpu.connectors.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContentTypesTest {

    static Stream<Arguments> starts() {
        return Stream.of(
                arguments("\u00ff\u00d8\u00ff\u00e0", "image/jpeg"),
                arguments("\u0089PNG\r\n\u001a\n", "image/png"),
                arguments("GIF89a", "image/gif"),
                arguments("BM....\0\0\0\0", "image/bmp"),
                arguments("II*\0", "image/tiff"),
                arguments("MM\0+\0\u0008", "image/tiff"),
                arguments("RIFF....WEBPVP8", "image/webp"),
                arguments("RIFF....WAVEfmt", "audio/wav"),
                arguments("RF64....WAVEds64", "audio/wav"),
                arguments("fLaC", "audio/flac"),
                arguments("ID3\u0004", "audio/mpeg"),
                arguments("\u00ff\u00fb\u0090\0", "audio/mpeg"),
                arguments("\u00ff\u00f3D\u00c4", "audio/mpeg"),
                arguments("\u00ff\u00f1P\u0080", "audio/aac"),
                arguments("....ftypisom", "video/mp4"),
                arguments("....ftypM4A ", "audio/mp4"),
                arguments("....ftypqt  ", "video/quicktime"),
                arguments("....ftypavif", "image/avif"),
                arguments("....ftypheic", "image/heic"),
                arguments("\u001aE\u00df\u00a3....B\u0082\u0084webm", "video/webm"),
                arguments("\u001aE\u00df\u00a3....matroska", "video/x-matroska"),
                arguments("OggS........................OpusHead", "audio/ogg"),
                arguments("OggS........................\u0001vorbis", "audio/ogg"),
                arguments("OggS........................\u0080theora", "video/ogg"),
                arguments("OggS........................fishead", "application/ogg"),
                arguments("%PDF-1.7", "application/pdf"),
                arguments("\u001f\u008b\u0008", "application/gzip"),
                arguments("PK\u0003\u0004", "application/zip"),
                arguments("PAR1", "application/vnd.apache.parquet"),
                arguments("Obj\u0001", "application/avro"),
                arguments("{\"a\": 1}", "application/json"),
                arguments("[ 1, 2 ]", "application/json"),
                arguments("<!DOCTYPE html>", "text/html"),
                arguments("<svg xmlns=\"x\">", "image/svg+xml"),
                arguments("<?xml version=\"1.0\"?>", "application/xml"),
                arguments("{just braces", "text/plain"),
                arguments("Hello, world", "text/plain"));
    }

    /**
     * @param start of the file, one character a byte
     */
    @ParameterizedTest
    @MethodSource("starts")
    void tellsATypeByTheFirstBytes(String start, String type) {
        byte[] head = start.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(ContentTypes.of(head, "anything.bin")).isEqualTo(type);
        assertThat(ContentTypes.of(head, "wrong.tar")).isEqualTo(type);
    }

    @Test
    void tellsATarByItsMagicBehindTheName() {
        byte[] head = new byte[512];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, head, 257, 5);

        assertThat(ContentTypes.of(head, "x")).isEqualTo("application/x-tar");
    }

    @Test
    void takesTextInUtf8AndUtf16WhereItsLastCharacterIsCutOff() {
        byte[] utf8 = "gr\u00fc\u00df".getBytes(StandardCharsets.UTF_8);

        assertThat(ContentTypes.of(Arrays.copyOf(utf8, utf8.length - 1), "x"))
                .isEqualTo("text/plain");
        assertThat(ContentTypes.of("a".getBytes(StandardCharsets.UTF_16), "x"))
                .isEqualTo("text/plain");
    }

    @ParameterizedTest
    @CsvSource({
        "a.csv, text/csv",
        "a.MD, text/markdown",
        "a.jpg, text/plain",
        "a, text/plain",
        "a.b/c, text/plain"
    })
    void letsTheNameTellTheKindOfATextAlone(String name, String type) {
        byte[] text = "a, b".getBytes(StandardCharsets.US_ASCII);

        assertThat(ContentTypes.of(text, name)).isEqualTo(type);
    }

    @Test
    void fallsBackToTheName() {
        byte[] unknown = {0, 1, 2, 3};

        assertThat(ContentTypes.of(unknown, "a.MP3")).isEqualTo("audio/mpeg");
        assertThat(ContentTypes.of(unknown, "a.bin")).isEqualTo(ContentTypes.UNKNOWN);
        assertThat(ContentTypes.of(new byte[0], "a.json")).isEqualTo("application/json");
        assertThat(ContentTypes.of(new byte[0], "a")).isEqualTo(ContentTypes.UNKNOWN);
    }
}
