package io.flinkgpu.job.redo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.mark.RunMark;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
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

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ID = "id";

    /**
     * The variable that names the claim of a redo: the job then does the rows of its dead letters
     * rather than those of its sources. A run that is resumed has it again.
     */
    public static final String VARIABLE = "FLINK_GPU_REDO";

    /** What the variable says, among the options of the job. */
    public static final ConfigOption<String> CLAIM =
            ConfigOptions.key("job.redo-claim").stringType().noDefaultValue();

    private final Letters letters;
    private final Map<String, Boolean> sources;
    private final Clock clock;
    private final Path root;

    /**
     * The redos of letters.
     *
     * @param root where claims are kept, which need not exist
     * @param sources the names of sources that can make rows again, and whether each reads the row
     *     where it is: two letters of one place are one row then
     * @param clock gives claims their names
     */
    public Redos(Letters letters, Path root, Map<String, Boolean> sources, Clock clock) {
        this.letters = letters;
        this.sources = Map.copyOf(sources);
        this.clock = clock;
        this.root = root;
    }

    /**
     * What there is to redo.
     *
     * @param open letters that can be taken
     * @param taken letters of redos that have not come to their end
     * @param unknown letters of which no source of the file can make rows
     * @param claim the file with the open ones; null: not claimed
     */
    public record Selection(long open, long taken, long unknown, Path claim) {}

    /** Counts, and changes nothing. */
    public Selection look(LetterFilter filter, boolean again) throws IOException {
        return select(filter, again, Optional.empty());
    }

    /**
     * Takes the letters for a run.
     *
     * @param again takes those of redos that have not come to their end as well
     */
    public Selection claim(LetterFilter filter, boolean again) throws IOException {
        RunMark mark = RunMark.in(root, clock.instant());
        Path claim = mark.file(mark.token());
        root.getFileSystem().mkdirs(root);
        try (FSDataOutputStream file =
                claim.getFileSystem().create(claim, FileSystem.WriteMode.NO_OVERWRITE)) {
            return select(filter, again, Optional.of(new Claim(claim, file)));
        }
    }

    /** Gives a claim back of which no run was made. */
    public void release(Path claim) throws IOException {
        claim.getFileSystem().delete(claim, false);
    }

    /** The dead letters of the run of a claim. */
    public List<Letter> stillBad(Path claim) throws IOException {
        String token = tokenOf(claim);
        List<Letter> bad = letters.select(LetterFilter.ALL);
        return bad.stream().filter(letter -> letter.redo().equals(token)).toList();
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

    private record Claim(Path path, OutputStream file) {

        /** Without origin where another letter stands for the row. */
        void add(Letter letter, boolean isFirst) {
            ObjectNode line = JsonNodeFactory.instance.objectNode().put(ID, letter.id());
            if (isFirst) {
                line.put(ClaimedRows.SOURCE, letter.origin().source());
                line.set(ClaimedRows.ORIGIN, letter.origin().reference());
            }
            try {
                file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private static final class Counts {
        private long open;
        private long taken;
        private long unknown;
    }

    private Selection select(LetterFilter filter, boolean again, Optional<Claim> claim)
            throws IOException {
        Set<String> done = new HashSet<>();
        Set<String> unfinished = new HashSet<>();
        readClaims(done, unfinished, claim.map(Claim::path));
        Set<Letter.Origin> places = new HashSet<>();
        Counts counts = new Counts();
        letters.forEach(
                letter -> {
                    if (!filter.takes(letter) || done.contains(letter.id())) {
                        return;
                    }
                    if (letter.origin() == null || !sources.containsKey(letter.origin().source())) {
                        counts.unknown++;
                    } else if (unfinished.contains(letter.id()) && !again) {
                        counts.taken++;
                    } else {
                        counts.open++;
                        boolean isFirst =
                                !sources.get(letter.origin().source())
                                        || places.add(letter.origin());
                        claim.ifPresent(file -> file.add(letter, isFirst));
                    }
                });
        return new Selection(
                counts.open, counts.taken, counts.unknown, claim.map(Claim::path).orElse(null));
    }

    private void readClaims(Set<String> done, Set<String> unfinished, Optional<Path> own)
            throws IOException {
        FileSystem files = root.getFileSystem();
        if (!files.exists(root)) {
            return;
        }
        Set<String> finished = new RunMark(root, "").marks().finished();
        for (FileStatus file : files.listStatus(root)) {
            boolean isClaim = !file.isDir() && file.getPath().getName().endsWith(JsonLines.SUFFIX);
            boolean isOwn = own.map(Path::getName).equals(Optional.of(file.getPath().getName()));
            if (isClaim && !isOwn) {
                boolean isDone = finished.contains(tokenOf(file.getPath()));
                readIds(file.getPath(), isDone ? done : unfinished);
            }
        }
    }

    private static void readIds(Path claim, Set<String> ids) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                claim.getFileSystem().open(claim), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode letter = MAPPER.readTree(line);
                ids.add(letter.path(ID).asText());
            }
        }
    }
}
