package io.flinkgpu.connectors.content;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Tells the media type of a file (RFC 6838, such as {@code image/jpeg}) by its first bytes.
 *
 * <p>The name is asked only where the bytes do not say: for files without a signature, and for the
 * kind of a text. Thread-safe.
 */
@PublicEvolving
public final class ContentTypes {

    /** What is said of a file that nothing is known of. */
    public static final String UNKNOWN = "application/octet-stream";

    /** How many of a file's first bytes are looked at. */
    public static final int HEAD_BYTES = 512;

    private static final Map<String, String> BY_EXTENSION =
            Map.ofEntries(
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("png", "image/png"),
                    Map.entry("gif", "image/gif"),
                    Map.entry("bmp", "image/bmp"),
                    Map.entry("tif", "image/tiff"),
                    Map.entry("tiff", "image/tiff"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("wav", "audio/wav"),
                    Map.entry("flac", "audio/flac"),
                    Map.entry("ogg", "audio/ogg"),
                    Map.entry("mp3", "audio/mpeg"),
                    Map.entry("m4a", "audio/mp4"),
                    Map.entry("mp4", "video/mp4"),
                    Map.entry("pdf", "application/pdf"),
                    Map.entry("tar", "application/x-tar"),
                    Map.entry("parquet", "application/vnd.apache.parquet"),
                    Map.entry("avro", "application/avro"),
                    Map.entry("json", "application/json"),
                    Map.entry("jsonl", "application/x-ndjson"),
                    Map.entry("csv", "text/csv"),
                    Map.entry("tsv", "text/tab-separated-values"),
                    Map.entry("md", "text/markdown"),
                    Map.entry("html", "text/html"),
                    Map.entry("txt", Texts.PLAIN));

    private ContentTypes() {}

    /**
     * The media type of a file.
     *
     * @param start the file's first bytes; {@link #HEAD_BYTES} of them are enough, and fewer only
     *     where the file is shorter
     * @param name the file's name or path
     * @return {@link #UNKNOWN} where neither tells
     */
    public static String of(byte[] start, String name) {
        byte[] head = start.length > HEAD_BYTES ? Arrays.copyOf(start, HEAD_BYTES) : start;
        Optional<String> type = Signature.typeOf(head).or(() -> Containers.typeOf(head));
        if (type.isPresent()) {
            return type.get();
        }
        Optional<String> named = byExtension(name);
        Optional<String> text = head.length == 0 ? Optional.empty() : Texts.typeOf(head);
        if (text.filter(Texts.PLAIN::equals).isPresent()) {
            return named.filter(extension -> extension.startsWith("text/")).orElse(Texts.PLAIN);
        }
        return text.or(() -> named).orElse(UNKNOWN);
    }

    private static Optional<String> byExtension(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                BY_EXTENSION.get(name.substring(dot + 1).toLowerCase(Locale.ROOT)));
    }
}
