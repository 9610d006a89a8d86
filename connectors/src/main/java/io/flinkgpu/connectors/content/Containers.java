package io.flinkgpu.connectors.content;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Files whose type takes more than fixed bytes at their start. */
final class Containers {

    private static final int TAR_MAGIC_AT = 257;
    private static final int OGG_FIRST_PACKET_AT = 28;

    private Containers() {}

    static Optional<String> typeOf(byte[] head) {
        if (hasAt(head, 4, "ftyp")) {
            return Optional.of(isoMedia(head));
        }
        if (hasAt(head, 0, "OggS")) {
            return Optional.of(ogg(head));
        }
        if (hasAt(head, 0, "\u001aE\u00df\u00a3")) {
            return Optional.of(matroska(head));
        }
        if (hasAt(head, TAR_MAGIC_AT, "ustar")) { // POSIX.1-2017, pax, ustar interchange format
            return Optional.of("application/x-tar");
        }
        return mpegAudio(head);
    }

    /** ISO/IEC 14496-12, 4.3: the major brand says what the file is for. */
    private static String isoMedia(byte[] head) {
        return switch (text(head, 8, 4)) {
            case "avif", "avis" -> "image/avif";
            case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1" -> "image/heic";
            case "M4A ", "M4B ", "M4P " -> "audio/mp4";
            case "qt  " -> "video/quicktime";
            default -> "video/mp4";
        };
    }

    /** RFC 3533, 6, for the page; RFC 7845, Vorbis I 4.2.1 and Theora 6.2 for its first packet. */
    private static String ogg(byte[] head) {
        boolean isAudio =
                hasAt(head, OGG_FIRST_PACKET_AT, "OpusHead")
                        || hasAt(head, OGG_FIRST_PACKET_AT, "\u0001vorbis")
                        || hasAt(head, OGG_FIRST_PACKET_AT, "\u007fFLAC");
        if (isAudio) {
            return "audio/ogg";
        }
        return hasAt(head, OGG_FIRST_PACKET_AT, "\u0080theora") ? "video/ogg" : "application/ogg";
    }

    /** RFC 8794, 11.2.6: the document type is part of the first element. */
    private static String matroska(byte[] head) {
        return text(head, 0, 64).contains("webm") ? "video/webm" : "video/x-matroska";
    }

    /** ISO/IEC 11172-3, 2.4.1.3, a frame of layer III; ISO/IEC 13818-7, 6.2, an ADTS frame. */
    private static Optional<String> mpegAudio(byte[] head) {
        if (head.length < 4 || (head[0] & 0xff) != 0xff || (head[1] & 0xe0) != 0xe0) {
            return Optional.empty();
        }
        boolean hasVersion = (head[1] & 0x18) != 0x08;
        int layer = (head[1] & 0x06) >> 1;
        int bitRate = (head[2] & 0xf0) >> 4;
        boolean hasSampleRate = (head[2] & 0x0c) != 0x0c;
        if (layer == 1 && hasVersion && bitRate != 0 && bitRate != 15 && hasSampleRate) {
            return Optional.of("audio/mpeg");
        }
        boolean isAdts = (head[1] & 0xf6) == 0xf0 && (head[2] & 0x3c) >> 2 < 13;
        return isAdts ? Optional.of("audio/aac") : Optional.empty();
    }

    /**
     * Whether bytes stand at a place.
     *
     * @param bytes one character each
     */
    private static boolean hasAt(byte[] head, int at, String bytes) {
        return text(head, at, bytes.length()).equals(bytes);
    }

    private static String text(byte[] head, int from, int length) {
        int start = Math.min(from, head.length);
        int count = Math.min(length, head.length - start);
        return new String(head, start, count, StandardCharsets.ISO_8859_1);
    }
}
