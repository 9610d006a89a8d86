package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.model.TextModel;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import java.util.SplittableRandom;

/** Makes sentences by number, the same ones each time; one in a hundred is poison. */
final class Sentences {

    private static final int POISON_EVERY = 100;
    private static final int VOCABULARY = 50_000;

    private Sentences() {}

    static boolean isPoison(long number) {
        return number % POISON_EVERY == POISON_EVERY / 2;
    }

    /** The words of a sentence. */
    static String[] words(long number) {
        SplittableRandom random = new SplittableRandom(number);
        String[] words = new String[TextModel.WORDS];
        for (int i = 0; i < words.length; i++) {
            words[i] = "word" + random.nextInt(VOCABULARY);
        }
        if (isPoison(number)) {
            words[0] = FaultInjection.POISON_TEXT + number;
        }
        return words;
    }
}
