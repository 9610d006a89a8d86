package io.flinkgpu.connectors.listing;

import java.net.URI;
import java.net.URISyntaxException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.fs.Path;

/**
 * Paths whose names stay as the file system spells them.
 *
 * <p>Flink's {@link Path} takes a string for a URI: a colon in a name becomes the end of a scheme,
 * and a backslash becomes a slash. A path that is made of a {@link URI} keeps both.
 */
@Internal
public final class ExactPath {

    /** Starts what is the text of a URI and not of a path; no path holds it. */
    private static final char URI_MARK = '\0';

    private ExactPath() {}

    /** A child of a directory. */
    public static Path child(Path directory, String name) {
        URI uri = directory.toUri();
        String parent = uri.getPath().endsWith("/") ? uri.getPath() : uri.getPath() + "/";
        try {
            return new Path(
                    new URI(uri.getScheme(), uri.getAuthority(), parent + name, null, null));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "Invalid file name: '%s' in %s. It does not fit a URI.".formatted(name, uri),
                    e);
        }
    }

    /** The path of which {@link Path#toString} made the text, whatever the names in it. */
    public static Path ofShown(String text) {
        int scheme = text.indexOf(":/");
        if (scheme < 0) {
            return new Path(text);
        }
        int authority = text.startsWith("//", scheme + 1) ? scheme + 3 : scheme + 1;
        int path = text.indexOf('/', authority);
        if (path < 0) {
            return new Path(text);
        }
        String host = path == authority ? null : text.substring(authority, path);
        try {
            return new Path(
                    new URI(text.substring(0, scheme), host, text.substring(path), null, null));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "Invalid file: '%s'. It does not fit a URI.".formatted(text), e);
        }
    }

    /** The path as text that {@link #parse} reads; its plain form wherever that is enough. */
    public static String format(Path path) {
        String text = path.toString();
        return isPlain(text, path) ? text : URI_MARK + path.toUri().toString();
    }

    /** The path of which {@link #format} made the text. */
    public static Path parse(String text) {
        return !text.isEmpty() && text.charAt(0) == URI_MARK
                ? new Path(URI.create(text.substring(1)))
                : new Path(text);
    }

    private static boolean isPlain(String text, Path path) {
        try {
            return new Path(text).equals(path);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
