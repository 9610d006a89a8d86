package io.flinkgpu.connectors.audio;

import io.flinkgpu.connectors.content.ContentTypes;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Tells by a file's first bytes who reads it. */
final class AudioFormats {

    /** Ogg's header of a page with one segment is so long (RFC 3533, 6). */
    private static final int OGG_FIRST_PACKET_AT = 28;

    private static final String ADVICE = "convert it to WAV, FLAC, OGG Vorbis or MP3";

    private AudioFormats() {}

    static AudioFile of(byte[] content) throws AudioRefusedException {
        String type = ContentTypes.of(content, "");
        return switch (type) {
            case "audio/wav" -> new WavFile();
            case "audio/flac" ->
                    decoder(
                            "org.jflac.FLACDecoder",
                            "FLAC",
                            "org.jflac:jflac-codec",
                            FlacFile::new);
            case "audio/mpeg" ->
                    decoder("javazoom.jl.decoder.Decoder", "MP3", "javazoom:jlayer", Mp3File::new);
            case "audio/ogg" -> ogg(content);
            case ContentTypes.UNKNOWN ->
                    throw new AudioRefusedException(
                            "its first bytes are none of WAV, FLAC, OGG Vorbis or MP3");
            default -> throw new AudioRefusedException("it is %s; %s".formatted(type, ADVICE));
        };
    }

    private static AudioFile ogg(byte[] content) throws AudioRefusedException {
        String codec = text(content, OGG_FIRST_PACKET_AT, 8);
        if (codec.startsWith("\u0001vorbis")) {
            return decoder(
                    "com.jcraft.jorbis.DspState",
                    "OGG Vorbis",
                    "org.jcraft:jorbis",
                    VorbisFile::new);
        }
        String name = codec.equals("OpusHead") ? "Opus" : "another codec than Vorbis";
        throw new AudioRefusedException("it is OGG with %s; %s".formatted(name, ADVICE));
    }

    private static AudioFile decoder(
            String className, String format, String artifact, Supplier<AudioFile> file)
            throws AudioRefusedException {
        try {
            Class.forName(className, false, AudioFormats.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AudioRefusedException(
                    "it is %s, whose decoder is not on the class path; add %s"
                            .formatted(format, artifact));
        }
        return file.get();
    }

    private static String text(byte[] content, int from, int length) {
        int start = Math.min(from, content.length);
        int count = Math.min(length, content.length - start);
        return new String(content, start, count, StandardCharsets.ISO_8859_1);
    }
}
