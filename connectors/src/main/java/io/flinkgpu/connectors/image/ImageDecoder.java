package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.file.FileContent;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.util.ExceptionUtils;

/**
 * Decodes image files to pixels of one size: JPEG, PNG, GIF and WebP (the first frame), BMP and
 * TIFF (the first page).
 *
 * <p>Luminance is {@code (0.299 r + 0.587 g + 0.114 b) / 255} of the stored samples (ITU-R BT.601),
 * a grey image's is its band over 255: no gamma and no colour profile in either. Images are turned
 * as their Exif orientation says and resized by {@link BilinearResize}. An image's size is read
 * from its header and checked before memory for pixels is taken.
 *
 * <p>Not thread-safe: keeps one ImageIO reader per format. Close it to free their native memory.
 */
@PublicEvolving
public final class ImageDecoder implements AutoCloseable {

    private final ImageDecoding decoding;
    private final DecodeBudget budget;
    private final Fitting fitting;
    private final PixelReader pixels;
    private List<String> flaws = List.of();

    public ImageDecoder(ImageDecoding decoding) {
        this(
                Objects.requireNonNull(decoding, "decoding"),
                DecodeBudget.ofThread(decoding.limits().maxTime()));
    }

    ImageDecoder(ImageDecoding decoding, DecodeBudget budget) {
        Background background = new Background(decoding.background());
        this.decoding = decoding;
        this.budget = budget;
        this.fitting = new Fitting(decoding, background);
        this.pixels = new PixelReader(decoding, background, budget);
    }

    /**
     * Decodes one file.
     *
     * @return pixels {@code [height, width, channel]} as configured, values in {@code [0, 1]}
     * @throws BadImageException if the file was not read, is empty, of another format, damaged,
     *     truncated, of an unsupported colour model, or costs more than allowed
     */
    public DecodedImage decode(FileContent file) throws BadImageException {
        flaws = List.of();
        budget.start();
        ImageFormat format = null;
        try {
            format = formatOf(file);
            return decode(format, file);
        } catch (ImageRefusedException e) {
            throw bad(file, e.getMessage(), null);
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers answer malformed headers with unchecked exceptions as well.
            throw bad(file, reason(format, file, e), e);
        } catch (OutOfMemoryError e) {
            if (ExceptionUtils.isMetaspaceOutOfMemoryError(e)
                    || ExceptionUtils.isDirectOutOfMemoryError(e)) {
                throw e; // no image's fault
            }
            throw bad(file, shortOfHeap(file), e);
        }
    }

    /**
     * What was wrong with the image that was decoded last and cost it no pixel: a damaged colour
     * profile, or a missing end marker. Empty for most.
     */
    public List<String> flaws() {
        return flaws;
    }

    @Override
    public void close() {
        pixels.close();
    }

    private DecodedImage decode(ImageFormat format, FileContent file)
            throws IOException, ImageRefusedException {
        PixelReader.Result result = pixels.read(inspect(format, file.content()));
        float[] fitted = fitting.fit(result.rows(), result.orientation());
        flaws = result.flaws();
        return new DecodedImage(
                file.path(), decoding.height(), decoding.width(), decoding.channels(), fitted);
    }

    private static ImageFile inspect(ImageFormat format, byte[] content)
            throws ImageRefusedException {
        return switch (format) {
            case JPEG -> JpegFile.inspect(content);
            case PNG -> PngFile.inspect(content);
            case GIF -> GifFile.inspect(content);
            case WEBP -> WebpFile.inspect(content);
            case BMP, TIFF -> ImageFile.plain(format, content);
        };
    }

    private static ImageFormat formatOf(FileContent file) throws ImageRefusedException {
        if (file.failure() != null) {
            throw new ImageRefusedException("the file was not read: " + file.failure().cause());
        }
        byte[] content = file.content();
        if (content.length == 0) {
            throw new ImageRefusedException("the file is empty (0 bytes)");
        }
        ImageFormat format = ImageFormat.of(content).orElse(null);
        if (format == null) {
            throw new ImageRefusedException(unknown(content));
        }
        return format;
    }

    private static String unknown(byte[] content) {
        return RefusedFormat.nameOf(content)
                .map("it is %s; convert it to JPEG, PNG, GIF, BMP, TIFF or WebP"::formatted)
                .orElseGet(
                        () ->
                                "its first bytes (%s) are none of JPEG, PNG, GIF, BMP, TIFF or WebP"
                                        .formatted(ImageFormat.firstBytes(content)));
    }

    /** Readers wrap what they are told, so that the type of an exception says little. */
    private String reason(ImageFormat format, FileContent file, Exception error) {
        if (budget.isSpent()) {
            return "decoding it takes more than %s of processor time (maxTime)"
                    .formatted(decoding.limits().maxTime());
        }
        return ExceptionUtils.findThrowable(error, OutOfMemoryError.class).isPresent()
                ? shortOfHeap(file)
                : "the %s data is damaged (%s)".formatted(format, error);
    }

    private static String shortOfHeap(FileContent file) {
        return "the heap of %d MiB is too small to decode its %d bytes beside what else is in it; give task managers more heap or lower maxPixels"
                .formatted(Runtime.getRuntime().maxMemory() >> 20, file.content().length);
    }

    private static BadImageException bad(
            FileContent file, String reason, @Nullable Throwable cause) {
        return new BadImageException(file.path(), reason, cause);
    }
}
