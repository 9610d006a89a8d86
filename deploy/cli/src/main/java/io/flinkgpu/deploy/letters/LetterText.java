package io.flinkgpu.deploy.letters;

import io.flinkgpu.job.redo.Letter;
import java.io.PrintWriter;

/** One dead letter for people. */
final class LetterText {

    private LetterText() {}

    static void print(Letter letter, PrintWriter out) {
        Letter.Failure failure = letter.failure();
        line("id", letter.id(), out);
        line("element", letter.element(), out);
        line("class", failure.errorClass(), out);
        line("exception", failure.exception(), out);
        line("cause", failure.cause(), out);
        line("attempts", String.valueOf(failure.attempts()), out);
        line("place", failure.place(), out);
        line("arrived at", failure.arrivedAt().toString(), out);
        line("failed at", failure.failedAt().toString(), out);
        line("run", letter.run(), out);
        line("redo", letter.redo(), out);
        line("row", letter.row().toString(), out);
        if (letter.origin() != null) {
            line("source", letter.origin().source(), out);
            line("origin", letter.origin().reference().toString(), out);
        }
    }

    private static void line(String name, String value, PrintWriter out) {
        if (!value.isEmpty()) {
            out.printf("%-11s %s%n", name, value);
        }
    }
}
