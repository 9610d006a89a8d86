package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.image.SplicedImageInputStream.Part;
import java.util.List;
import javax.annotation.Nullable;

/**
 * What is known of a file before a reader sees it.
 *
 * @param format of the file
 * @param parts what the reader is to see, without metadata that it could stumble over
 * @param orientation that the file asks for; TIFF's is known by its reader alone
 * @param inks how the pixels of four inks are stored; null for other images
 * @param canvas where the first frame of an animation belongs; null where it is all
 * @param passes how often a reader goes over the image
 * @param flaws what is wrong with the file and costs no pixel
 */
record ImageFile(
        ImageFormat format,
        List<Part> parts,
        Orientation orientation,
        @Nullable Inks inks,
        @Nullable Canvas canvas,
        Passes passes,
        List<String> flaws) {

    /** Where a frame belongs: both sizes and the place in pixels. */
    record Canvas(int width, int height, int x, int y) {

        /** The frame's own place, where it does not fit. */
        Canvas around(int frameWidth, int frameHeight) {
            return new Canvas(
                    Math.max(width, x + frameWidth), Math.max(height, y + frameHeight), x, y);
        }
    }

    /** A file that is read as it is. */
    static ImageFile plain(ImageFormat format, byte[] content) {
        return new ImageFile(
                format,
                List.of(Part.all(content)),
                Orientation.NORMAL,
                null,
                null,
                Passes.ONE,
                List.of());
    }

    /** How a JPEG is read: the number of its scans, and whether they bring all coefficients. */
    record Passes(int scans, boolean hasAll) {

        static final Passes ONE = new Passes(1, true);
    }
}
