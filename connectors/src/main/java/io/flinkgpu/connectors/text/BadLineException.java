package io.flinkgpu.connectors.text;

import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/** A line, or the rest of a file, cannot be given as a record; what is behind it can. */
@PublicEvolving
public final class BadLineException extends IOException {

    private BadLineException(String path, long number, String reason, @Nullable Throwable cause) {
        super("Cannot read line %d of '%s': %s".formatted(number, path, reason), cause);
    }

    static BadLineException tooLong(String path, long number, int maxBytes) {
        return new BadLineException(
                path,
                number,
                "it is longer than the limit of %d bytes (maxLineSize).".formatted(maxBytes),
                null);
    }

    static BadLineException notUtf8(String path, long number) {
        return new BadLineException(path, number, "its bytes are not UTF-8.", null);
    }

    static BadLineException notJson(String path, long number, String reason) {
        return new BadLineException(
                path, number, "it is not one JSON object (%s).".formatted(reason), null);
    }

    static BadLineException damaged(String path, long number, IOException cause) {
        return new BadLineException(
                path,
                number,
                "the file is damaged or missing from here on (%s).".formatted(cause.getMessage()),
                cause);
    }
}
