package io.flinkgpu.deploy.digits;

/**
 * The settings of a training.
 *
 * @param epochs how often every image is seen, at least 1
 * @param batchSize images a step, at least 1
 * @param learningRate Adam's step size at the beginning, above 0; it falls to 0 along a cosine
 * @param seed seed of the initial weights, the order of the images and their augmentation
 */
record TrainingConfig(int epochs, int batchSize, double learningRate, long seed) {
    TrainingConfig {
        if (epochs < 1) {
            throw new IllegalArgumentException(
                    "Invalid epochs: " + epochs + ". It must be at least 1.");
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "Invalid batchSize: " + batchSize + ". It must be at least 1.");
        }
        if (!(learningRate > 0)) {
            throw new IllegalArgumentException(
                    "Invalid learningRate: " + learningRate + ". It must be above 0.");
        }
    }

    /** Returns the settings of the committed model, with other epochs and another seed. */
    static TrainingConfig of(int epochs, long seed) {
        return new TrainingConfig(epochs, 64, 2e-3, seed);
    }
}
