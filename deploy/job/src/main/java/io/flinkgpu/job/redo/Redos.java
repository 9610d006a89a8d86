package io.flinkgpu.job.redo;

import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.mark.RunMark;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.core.fs.Path;

/**
 * The runs that do dead letters again, and which letters each of them took.
 *
 * <p>A redo takes its letters by a claim: a file {@code TOKEN.jsonl}, which the run reads as its
 * source. The letters of a run that has come to its end, see {@link RunMark}, are done, whatever
 * became of their rows: those that failed again are new letters. The ids of the letters that were
 * taken before are held in memory.
 */
@Internal
public final class Redos {

    /**
     * The variable that names the claim of a redo: the job then does the rows of its dead letters
     * rather than those of its sources. A run that is resumed has it again.
     */
    public static final String VARIABLE = "FLINK_GPU_REDO";

    /** What the variable says, among the options of the job. */
    public static final ConfigOption<String> CLAIM =
            ConfigOptions.key("job.redo-claim").stringType().noDefaultValue();

    private final Letters letters;
    private final Remaking remaking;
    private final Clock clock;
    private final List<Path> roots;

    /**
     * The redos of letters.
     *
     * @param roots where claims may be, which need not exist; new ones are kept in the first
     * @param clock gives claims their names
     */
    public Redos(Letters letters, List<Path> roots, Remaking remaking, Clock clock) {
        this.letters = letters;
        this.remaking = remaking;
        this.clock = clock;
        this.roots = List.copyOf(roots);
    }

    /**
     * Which letters have rows that the job can make again.
     *
     * @param sources the names of sources that can make rows again, and whether each reads the row
     *     where it is: two letters of one place are one row then
     * @param ways that rows take through the job
     */
    public record Remaking(Map<String, Boolean> sources, Ways ways) {

        /** Copies the sources. */
        public Remaking {
            sources = Map.copyOf(sources);
        }
    }

    /** The ways that rows take from one element to others, where these are several. */
    public interface Ways {

        /** Whether there are such. */
        boolean areAny();

        /** Whether the job has an element of this name. */
        boolean leadTo(String element);

        /** Whether no row goes from one of these elements to the other. */
        boolean areApart(String one, String other);
    }

    /**
     * What there is to redo.
     *
     * @param open letters that can be taken
     * @param taken letters of redos that have not come to their end
     * @param unknown letters of which no source of the file can make rows
     * @param homeless letters of elements that the job has not, where rows go several ways
     * @param claim the file with the open ones; null: not claimed
     */
    public record Selection(
            long open, long taken, long unknown, long homeless, @Nullable Path claim) {

        private Selection claimedBy(Path file) {
            return new Selection(open, taken, unknown, homeless, file);
        }
    }

    /** Counts, and changes nothing. */
    public Selection look(LetterFilter filter, boolean again) throws IOException {
        return select(claims(), filter, again, Optional.empty());
    }

    /**
     * Takes the letters for a run.
     *
     * @param again takes those of redos that have not come to their end as well
     * @throws IllegalStateException if another redo takes some of them at the same time
     */
    public Selection claim(LetterFilter filter, boolean again) throws IOException {
        Claims before = claims();
        RunMark mark = RunMark.in(roots.get(0), clock.instant());
        Path claim = mark.file(mark.token());
        ClaimFile file = ClaimFile.create(claim);
        try {
            Selection selection = select(before, filter, again, Optional.of(file));
            file.publish();
            requireAlone(file.ids(), before, claim);
            return selection.claimedBy(claim);
        } catch (IOException | RuntimeException failure) {
            file.discard(failure);
            throw failure;
        }
    }

    /** Gives a claim back of which no run was made. */
    public void release(Path claim) throws IOException {
        claim.getFileSystem().delete(claim, false);
    }

    /** How many dead letters the run of a claim made, by class. */
    public Map<String, Long> stillBad(Path claim) throws IOException {
        String token = tokenOf(claim);
        Map<String, Long> byClass = new TreeMap<>();
        letters.forEach(
                letter -> {
                    if (letter.redo().equals(token)) {
                        byClass.merge(letter.failure().errorClass(), 1L, Long::sum);
                    }
                });
        return byClass;
    }

    /** How the run of a claim is called. */
    public static String tokenOf(Path claim) {
        String name = claim.getName();
        return name.substring(0, name.length() - JsonLines.SUFFIX.length());
    }

    /** The mark of the run of a claim. */
    static RunMark mark(Path claim) {
        return new RunMark(claim.getParent(), tokenOf(claim));
    }

    private Claims claims() throws IOException {
        return Claims.read(roots, Set.of());
    }

    private Selection select(
            Claims before, LetterFilter filter, boolean again, Optional<ClaimFile> claim)
            throws IOException {
        LetterChoice choice = new LetterChoice(remaking, before, filter, again, claim);
        letters.forEach(choice::see);
        return choice.finish();
    }

    /** Of two that start at once, each publishes before it looks: one of them sees the other. */
    private void requireAlone(Set<String> ids, Claims before, Path own) throws IOException {
        Set<String> known = new HashSet<>(before.names());
        known.add(own.getName());
        if (Claims.read(roots, known).tookAnyOf(ids)) {
            throw new IllegalStateException(
                    "Cannot redo: another redo is starting, and has taken some of the same dead letters. Wait for it, and try again.");
        }
    }
}
