package io.flinkgpu.connectors.image;

import java.util.Locale;
import javax.annotation.Nullable;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Remembers the first warning that says that pixels were made up.
 *
 * <p>The JDK's JPEG reader fills what a damaged file lacks with grey and merely warns, in the words
 * of libjpeg (jerror.h) or its own (JPEGImageReaderResources).
 */
final class TruncationListener implements IIOReadWarningListener {

    @Nullable private String warning;

    @Override
    public void warningOccurred(ImageReader source, String message) {
        if (warning == null && isDamage(message)) {
            warning = message;
        }
    }

    /** The warning, or null when the image is whole. */
    @Nullable
    String warning() {
        return warning;
    }

    private static boolean isDamage(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("premature end")
                || text.contains("truncated")
                // Extraneous bytes between segments are common and lose nothing.
                || (text.contains("corrupt jpeg data") && !text.contains("extraneous"));
    }
}
