package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.decode.DecodeBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.event.IIOReadWarningListener;

/**
 * What is heard of one read: it ends the read when the budget is spent, and keeps the warnings.
 *
 * <p>The JDK's JPEG reader fills what a damaged file lacks with grey and merely warns, in the words
 * of libjpeg (jerror.h) or its own (JPEGImageReaderResources).
 */
final class ReadWatch implements IIOReadWarningListener, IIOReadProgressListener {

    private final DecodeBudget budget;
    private final List<String> warnings = new ArrayList<>();

    ReadWatch(DecodeBudget budget) {
        this.budget = budget;
    }

    /** Whether the file ends without saying so; what is missing may be the end marker alone. */
    boolean isEndMissing() {
        return warnings.stream().anyMatch(ReadWatch::isMissingEnd);
    }

    /** Whether there is nothing but the missing end: libjpeg tells its first warning only. */
    boolean isEndAllThatIsMissing() {
        return warnings.stream().allMatch(ReadWatch::isMissingEnd);
    }

    /** The first warning that says that pixels were made up, or an empty string. */
    String damage() {
        return warnings.stream().filter(ReadWatch::isDamage).findFirst().orElse("");
    }

    /** The first warning that an embedded colour profile was left out, or an empty string. */
    String profileFlaw() {
        return warnings.stream().filter(text -> text.contains("ICC")).findFirst().orElse("");
    }

    @Override
    public void warningOccurred(ImageReader source, String message) {
        warnings.add(message);
    }

    @Override
    public void imageProgress(ImageReader source, float percentageDone) {
        if (budget.isSpent()) {
            source.abort();
        }
    }

    @Override
    public void sequenceStarted(ImageReader source, int minIndex) {}

    @Override
    public void sequenceComplete(ImageReader source) {}

    @Override
    public void imageStarted(ImageReader source, int imageIndex) {}

    @Override
    public void imageComplete(ImageReader source) {}

    @Override
    public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

    @Override
    public void thumbnailProgress(ImageReader source, float percentageDone) {}

    @Override
    public void thumbnailComplete(ImageReader source) {}

    @Override
    public void readAborted(ImageReader source) {}

    private static boolean isMissingEnd(String message) {
        return message.toLowerCase(Locale.ROOT).contains("missing eoi");
    }

    private static boolean isDamage(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("premature end")
                || (text.contains("truncated") && !isMissingEnd(message))
                // Extraneous bytes between segments are common and lose nothing.
                || (text.contains("corrupt jpeg data") && !text.contains("extraneous"));
    }
}
