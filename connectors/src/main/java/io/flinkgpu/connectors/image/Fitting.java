package io.flinkgpu.connectors.image;

/**
 * Makes pixels of the result's size of an image's rows: turned, resized, and cut or padded.
 *
 * <p>An image is turned when it is small: resizing is the same from all sides.
 */
final class Fitting {

    private final ImageDecoding decoding;
    private final Background background;

    Fitting(ImageDecoding decoding, Background background) {
        this.decoding = decoding;
        this.background = background;
    }

    /** Pixels {@code [height, width, channel]} as configured. */
    float[] fit(PixelRows source, Orientation orientation) {
        boolean isTransposed = orientation.isTransposed();
        int height = isTransposed ? source.width() : source.height();
        int width = isTransposed ? source.height() : source.width();
        Size content = contentSize(height, width);
        Region region = region(height, width);
        float[] resized =
                isTransposed
                        ? BilinearResize.resize(
                                source, region.transposed(), content.width(), content.height())
                        : BilinearResize.resize(source, region, content.height(), content.width());
        int storedHeight = isTransposed ? content.width() : content.height();
        int storedWidth = isTransposed ? content.height() : content.width();
        float[] turned = orientation.turn(resized, storedHeight, storedWidth, decoding.channels());
        return pad(turned, content);
    }

    /** How large the image is within the result. */
    private Size contentSize(int height, int width) {
        if (decoding.resizeMode() != ResizeMode.PAD) {
            return new Size(decoding.height(), decoding.width());
        }
        double ratio =
                Math.max(height / (double) decoding.height(), width / (double) decoding.width());
        return new Size(
                Math.max(1, (int) Math.floor(height / ratio)),
                Math.max(1, (int) Math.floor(width / ratio)));
    }

    /** What part of the image is seen. */
    private Region region(int height, int width) {
        if (decoding.resizeMode() != ResizeMode.CROP) {
            return new Region(0, 0, height, width);
        }
        double ratio =
                Math.min(height / (double) decoding.height(), width / (double) decoding.width());
        double seenHeight = decoding.height() * ratio;
        double seenWidth = decoding.width() * ratio;
        return new Region(
                (height - seenHeight) / 2, (width - seenWidth) / 2, seenHeight, seenWidth);
    }

    private float[] pad(float[] pixels, Size size) {
        if (size.height() == decoding.height() && size.width() == decoding.width()) {
            return pixels;
        }
        int channels = decoding.channels();
        float[] padded = new float[decoding.height() * decoding.width() * channels];
        for (int i = 0; i < padded.length; i++) {
            padded[i] = background.value(i % channels, channels);
        }
        int top = (decoding.height() - size.height()) / 2;
        int left = (decoding.width() - size.width()) / 2;
        int rowLength = size.width() * channels;
        for (int y = 0; y < size.height(); y++) {
            int to = ((top + y) * decoding.width() + left) * channels;
            System.arraycopy(pixels, y * rowLength, padded, to, rowLength);
        }
        return padded;
    }

    private record Size(int height, int width) {}

    /** A part of an image, in pixels and fractions of them. */
    record Region(double top, double left, double height, double width) {

        static Region all(PixelRows source) {
            return new Region(0, 0, source.height(), source.width());
        }

        Region transposed() {
            return new Region(left, top, width, height);
        }

        boolean isAll(PixelRows source) {
            // Not by equals: JDK 17 keeps the class of a record that was compared for ever
            // (java.lang.runtime.ObjectMethods), and with it the job's class loader.
            return top == 0 && left == 0 && height == source.height() && width == source.width();
        }
    }
}
