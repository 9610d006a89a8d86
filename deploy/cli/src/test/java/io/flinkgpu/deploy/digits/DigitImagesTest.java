package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitImagesTest {
    @TempDir Path directory;

    @Test
    void weighsTheColoursAsBt601Says() {
        BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xff0000);
        image.setRGB(1, 0, 0x00ff00);
        image.setRGB(2, 0, 0x0000ff);
        image.setRGB(3, 0, 0xffffff);

        float[] luminance = DigitImages.luminance(image);

        assertThat(luminance)
                .containsExactly(new float[] {0.299f, 0.587f, 0.114f, 1f}, within(1e-6f));
    }

    @Test
    void readsRowAfterRow() throws IOException {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        image.setRGB(5, 2, 0xffffff);
        Path file = directory.resolve("dot.png");
        ImageIO.write(image, "png", file.toFile());

        float[] pixels = DigitImages.read(file);

        assertThat(pixels).hasSize(1024);
        assertThat(pixels[2 * 32 + 5]).isCloseTo(1f, within(1e-6f));
        assertThat(pixels[5 * 32 + 2]).isZero();
    }

    @Test
    void refusesAnotherSize() throws IOException {
        Path file = directory.resolve("wide.png");
        ImageIO.write(new BufferedImage(33, 32, BufferedImage.TYPE_INT_RGB), "png", file.toFile());

        assertThatThrownBy(() -> DigitImages.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("Invalid image size of %s: 33 x 32. It must be 32 x 32 pixels.", file);
    }

    @Test
    void refusesAFileThatIsNoImage() throws IOException {
        Path file = Files.writeString(directory.resolve("text.jpg"), "no image");

        assertThatThrownBy(() -> DigitImages.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot decode %s: it is not an image of a known format.", file);
    }
}
