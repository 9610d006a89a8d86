package io.flinkgpu.deploy.digits;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Trains the digits model and exports it.
 *
 * <p>Every choice is seeded: two runs on processors of one kind give the same weights to the last
 * bit. Other processors may round otherwise. One thread.
 */
final class DigitsTrainer {
    private static final String ONNX_FILE = "digits.onnx";

    private final TrainingConfig config;
    private final PrintWriter out;
    private final Random random;

    /**
     * Prepares a training; {@link #train} does it.
     *
     * @param out receives a line for each epoch
     */
    DigitsTrainer(TrainingConfig config, PrintWriter out) {
        this.config = config;
        this.out = out;
        this.random = new Random(config.seed());
    }

    /**
     * Trains on the data set's training files, exports the model, and measures the exported model
     * on the test files.
     *
     * @param directory where the SavedModel is written; a model in it is replaced. The ONNX file is
     *     written beside it
     * @throws IOException if an image cannot be read or the model cannot be written
     */
    TrainingReport train(DigitsDataSet data, Path directory) throws IOException {
        DigitSamples train = DigitSamples.read(data, data.train());
        DigitSamples test = DigitSamples.read(data, data.test());
        long start = System.nanoTime();
        List<Double> losses = fit(train, directory);
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        try (DigitsModel model = DigitsModel.load(directory)) {
            DigitsOnnx.write(model.weights(), onnxFile(directory));
            return new TrainingReport(losses, model.accuracy(test), duration);
        }
    }

    /** Where the ONNX file of a SavedModel is written: beside its directory. */
    static Path onnxFile(Path directory) {
        return directory.toAbsolutePath().resolveSibling(ONNX_FILE);
    }

    private List<Double> fit(DigitSamples samples, Path directory) throws IOException {
        List<Double> losses = new ArrayList<>();
        try (AdamTraining training = new AdamTraining(random.nextLong())) {
            for (int epoch = 0; epoch < config.epochs(); epoch++) {
                losses.add(epoch(training, samples, epoch));
                out.printf(
                        "epoch %2d of %d  loss %.4f%n",
                        epoch + 1, config.epochs(), losses.get(epoch));
                out.flush();
            }
            export(training, directory);
        }
        return losses;
    }

    private double epoch(AdamTraining training, DigitSamples samples, int epoch) {
        List<Integer> order =
                IntStream.range(0, samples.size()).boxed().collect(Collectors.toList());
        Collections.shuffle(order, random);
        DigitAugmenter augmenter = new DigitAugmenter(random);
        double sum = 0;
        for (int from = 0; from < order.size(); from += config.batchSize()) {
            List<Integer> batch =
                    order.subList(from, Math.min(from + config.batchSize(), order.size()));
            double progress = (epoch + from / (double) order.size()) / config.epochs();
            double rate = config.learningRate() * (1 + Math.cos(Math.PI * progress)) / 2;
            sum += batch.size() * step(training, samples, batch, augmenter, rate);
        }
        return sum / samples.size();
    }

    private static double step(
            AdamTraining training,
            DigitSamples samples,
            List<Integer> batch,
            DigitAugmenter augmenter,
            double rate) {
        float[] pixels = new float[batch.size() * DigitImages.PIXELS];
        float[] oneHot = new float[batch.size() * DigitsDataSet.LABELS];
        for (int i = 0; i < batch.size(); i++) {
            int index = batch.get(i);
            augmenter.augment(samples.image(index), pixels, i * DigitImages.PIXELS);
            oneHot[i * DigitsDataSet.LABELS + samples.label(index)] = 1;
        }
        return training.step(pixels, oneHot, rate);
    }

    /** Hands the weights over through a checkpoint, which holds the optimiser's variables too. */
    private static void export(AdamTraining training, Path directory) throws IOException {
        Path checkpoint = Files.createTempDirectory("digits-checkpoint");
        try {
            String prefix = checkpoint.resolve("weights").toString();
            training.save(prefix);
            DigitsModel.export(prefix, directory);
        } finally {
            delete(checkpoint);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
