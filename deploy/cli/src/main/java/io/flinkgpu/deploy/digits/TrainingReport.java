package io.flinkgpu.deploy.digits;

import java.time.Duration;
import java.util.List;

/**
 * What a training gave.
 *
 * @param epochLosses mean cross entropy of each epoch, in nats
 * @param testAccuracy share of the test files that the exported model classifies right, 0 to 1
 * @param duration time of the training without reading the images
 */
record TrainingReport(List<Double> epochLosses, double testAccuracy, Duration duration) {
    TrainingReport {
        epochLosses = List.copyOf(epochLosses);
    }
}
