package io.flinkgpu.deploy.digits;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Decoded images with their labels, in memory.
 *
 * <p>An image is as {@link DigitImages} says. Immutable as long as nobody writes to an image, safe
 * for any thread.
 */
final class DigitSamples {
    private final List<float[]> images;
    private final List<Integer> labels;

    private DigitSamples(List<float[]> images, List<Integer> labels) {
        this.images = List.copyOf(images);
        this.labels = List.copyOf(labels);
    }

    /**
     * Decodes files of a data set, in their order.
     *
     * @throws IOException if a file cannot be decoded
     */
    static DigitSamples read(DigitsDataSet data, List<LabelledFile> files) throws IOException {
        List<float[]> images = new ArrayList<>(files.size());
        for (LabelledFile file : files) {
            images.add(DigitImages.read(data.resolve(file)));
        }
        return new DigitSamples(images, files.stream().map(LabelledFile::label).toList());
    }

    int size() {
        return images.size();
    }

    /** Returns the pixels of an image, not a copy. */
    float[] image(int index) {
        return images.get(index);
    }

    int label(int index) {
        return labels.get(index);
    }
}
