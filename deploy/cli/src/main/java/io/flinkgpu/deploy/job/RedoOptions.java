package io.flinkgpu.deploy.job;

import io.flinkgpu.job.PipelineJob;
import io.flinkgpu.job.redo.LetterFilter;
import io.flinkgpu.job.redo.Redos;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.fs.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a run shall do again, of what failed in former runs. */
final class RedoOptions {

    private static final String FAILED = "failed";

    @Option(
            names = "--redo",
            paramLabel = FAILED,
            description = {
                "Run the rows of dead letters rather than those of the sources, each once:",
                "of all former runs, or those that --run, --class, --since and --until name."
            })
    private String what;

    @Option(
            names = "--again",
            description =
                    "Read once more what a run was to read that has not come to its end; with --redo, what such a redo took. Its results may be written twice.")
    private boolean again;

    @Mixin private FilterOptions filter;

    /**
     * Whether something is to be redone.
     *
     * @throws IllegalArgumentException if the options do not fit each other
     */
    boolean isAsked() {
        if (what != null && !what.equals(FAILED)) {
            throw new IllegalArgumentException(
                    "Invalid --redo: '%s'. It must be '%s'.".formatted(what, FAILED));
        }
        if (what == null && !filter.get().equals(LetterFilter.ALL)) {
            throw new IllegalArgumentException(
                    "Invalid --run, --class, --since or --until: they choose dead letters. Add --redo %s."
                            .formatted(FAILED));
        }
        return what != null;
    }

    /** Whether what unfinished runs took is taken again. */
    boolean again() {
        return again;
    }

    /** Says what there is to redo. */
    void look(PipelineJob job, PrintWriter out) throws IOException {
        print(job.redos().look(filter.get(), again), out);
    }

    /**
     * Takes the letters for a run; empty: there are none.
     *
     * @throws IllegalStateException if all that there are belong to a redo that has not ended
     */
    Optional<Path> claim(PipelineJob job, PrintWriter out) throws IOException {
        Redos redos = job.redos();
        Redos.Selection taken = redos.claim(filter.get(), again);
        print(taken, out);
        if (taken.open() > 0) {
            return Optional.of(taken.claim());
        }
        redos.release(taken.claim());
        if (taken.taken() > 0) {
            throw new IllegalStateException(
                    "Cannot redo %,d dead letters: an earlier redo took them, and has not come to its end. Wait for it, resume it, or give --again, which may write results twice."
                            .formatted(taken.taken()));
        }
        return Optional.empty();
    }

    /** Says what became of the letters of a claim. */
    static void report(PipelineJob job, Path claim, PrintWriter out) throws IOException {
        Map<String, Long> bad = job.redos().stillBad(claim);
        out.println(
                bad.isEmpty()
                        ? "Redone. Nothing failed again."
                        : String.format(
                                Locale.ROOT,
                                "Redone. Still bad: %,d, by class %s.",
                                bad.values().stream().mapToLong(Long::longValue).sum(),
                                bad));
        out.flush();
    }

    private static void print(Redos.Selection found, PrintWriter out) {
        out.printf(Locale.ROOT, "Dead letters to redo: %,d.%n", found.open());
        if (found.taken() > 0) {
            out.printf(
                    Locale.ROOT,
                    "Left out: %,d of a redo that has not come to its end; --again takes them.%n",
                    found.taken());
        }
        if (found.unknown() > 0) {
            out.printf(
                    Locale.ROOT,
                    "Left out: %,d whose rows no source of the file can make again.%n",
                    found.unknown());
        }
        if (found.homeless() > 0) {
            out.printf(
                    Locale.ROOT,
                    "Left out: %,d of elements that the file does not have any more: it has branches, and their rows have passed some.%n",
                    found.homeless());
        }
        out.flush();
    }
}
