package io.flinkgpu.deploy.sql;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.SerializedThrowable;

/**
 * Says in one line why a statement failed: by the outermost failure of our own classes, or else by
 * the deepest one that has a message.
 */
final class FailureText {

    private static final String OURS = "io.flinkgpu.";

    /** What a parser would rather have read; hundreds of words. */
    private static final Pattern EXPECTATION =
            Pattern.compile("\\s+Was expecting( one of)?:.*", Pattern.DOTALL);

    /** What planner and parser put before the reason. */
    private static final Pattern POSITION =
            Pattern.compile("(From line \\d+, column \\d+ to|At) line \\d+, column \\d+: ");

    private FailureText() {}

    /** The reason of a failure. */
    static String of(Throwable failure) {
        return oneLine(ours(failure).orElseGet(() -> deepest(failure)));
    }

    /** Paragraphs stand behind one another, and the lines of one are separated by commas. */
    static String oneLine(String message) {
        String text = EXPECTATION.matcher(message).replaceFirst("");
        return Stream.of(text.strip().split("\\R\\s*\\R"))
                .map(FailureText::joined)
                .collect(Collectors.joining(" "));
    }

    private static String joined(String paragraph) {
        return paragraph.lines().map(String::strip).collect(Collectors.joining(", "));
    }

    private static Optional<String> ours(Throwable failure) {
        Throwable each = unpacked(failure);
        while (each != null) {
            if (isOurs(each) && each.getMessage() != null) {
                return Optional.of(each.getMessage());
            }
            each = each.getCause() == null ? null : unpacked(each.getCause());
        }
        return Optional.empty();
    }

    private static boolean isOurs(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith(OURS);
    }

    private static String deepest(Throwable failure) {
        Throwable each = unpacked(failure);
        String position = "";
        String reason = each.toString();
        while (each != null) {
            String message = each.getMessage();
            if (message != null && !message.isBlank()) {
                reason = message;
                Matcher found = POSITION.matcher(message);
                position = found.find() ? found.group() : position;
            }
            each = each.getCause() == null ? null : unpacked(each.getCause());
        }
        return reason.contains(position) ? reason : position + reason;
    }

    private static Throwable unpacked(Throwable failure) {
        return failure instanceof SerializedThrowable serialized
                ? serialized.deserializeError(FailureText.class.getClassLoader())
                : ExceptionUtils.stripExecutionException(failure);
    }
}
