package io.flinkgpu.deploy.letters;

import io.flinkgpu.deploy.job.FilterOptions;
import io.flinkgpu.job.redo.Letter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu dead-letters}: list, show and replay. */
@Command(
        name = "dead-letters",
        description = "Look at the dead letters of jobs, and run their rows again.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeadLettersCommand.ListLetters.class,
            DeadLettersCommand.ShowLetter.class,
            ReplayCommand.class
        })
@Internal
public final class DeadLettersCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    /** {@code flink-gpu dead-letters list}. */
    @Command(
            name = "list",
            description = "Count dead letters by element and class, and show the newest ones.",
            mixinStandardHelpOptions = true)
    static final class ListLetters implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private LetterPlace place;
        @Mixin private FilterOptions filter;

        @Option(
                names = "--examples",
                paramLabel = "N",
                defaultValue = "5",
                description = "How many of the newest are shown (default: ${DEFAULT-VALUE}).")
        private int examples;

        @Override
        public Integer call() throws Exception {
            LetterSummary summary = new LetterSummary(examples);
            place.forEach(
                    letter -> {
                        if (filter.get().takes(letter)) {
                            summary.add(letter);
                        }
                    });
            PrintWriter out = spec.commandLine().getOut();
            summary.print(out);
            out.flush();
            return CommandLine.ExitCode.OK;
        }
    }

    /** {@code flink-gpu dead-letters show}. */
    @Command(
            name = "show",
            description =
                    "Show one dead letter: why the row was given up, and what is known of it.",
            mixinStandardHelpOptions = true)
    static final class ShowLetter implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private LetterPlace place;

        @Option(
                names = "--id",
                paramLabel = "ID",
                description = "How its id begins. Without it the newest one is shown.")
        private String id = "";

        @Override
        public Integer call() throws Exception {
            List<Letter> newest = new ArrayList<>();
            place.forEach(letter -> keepNewest(letter, newest));
            if (newest.isEmpty()) {
                throw new IllegalArgumentException(
                        "Cannot show a dead letter: %s has none%s. './flink-gpu dead-letters list' shows ids."
                                .formatted(
                                        place, id.isEmpty() ? "" : " whose id begins with " + id));
            }
            PrintWriter out = spec.commandLine().getOut();
            LetterText.print(newest.get(0), out);
            out.flush();
            return CommandLine.ExitCode.OK;
        }

        private void keepNewest(Letter letter, List<Letter> newest) {
            if (letter.id().startsWith(id)) {
                newest.add(letter);
                newest.sort(
                        Comparator.comparing(
                                (Letter each) -> each.failure().failedAt(),
                                Comparator.reverseOrder()));
                newest.subList(1, newest.size()).clear();
            }
        }
    }
}
