package io.flinkgpu.job.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.flink.annotation.PublicEvolving;

/** Finds the known name that somebody may have meant. */
@PublicEvolving
public final class NearestName {

    private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

    private static final int MOST_EDITS = 3;

    /** Fields that begin so are not the author's. */
    private static final String HIDDEN = "__";

    private NearestName() {}

    /** A sentence for people, such as {@code Did you mean 'path'? Known are [path, repeat].} */
    public static String suggest(String unknown, Collection<String> known) {
        List<String> shown = known.stream().filter(name -> !name.startsWith(HIDDEN)).toList();
        String all = shown.isEmpty() ? "There is none." : "Known are %s.".formatted(shown);
        return of(unknown, shown)
                .map(name -> "Did you mean '%s'? %s".formatted(name, all))
                .orElse(all);
    }

    /** The nearest name; empty where all of them are further away than a slip. */
    static Optional<String> of(String unknown, Collection<String> known) {
        int mostEdits = Math.min(MOST_EDITS, (unknown.length() + 1) / 2);
        return known.stream()
                .filter(name -> DISTANCE.apply(unknown, name) <= mostEdits)
                .min(Comparator.comparingInt(name -> DISTANCE.apply(unknown, name)));
    }
}
