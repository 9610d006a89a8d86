package io.flinkgpu.connectors.budget;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.PublicEvolving;

/**
 * How many rows of a job may become dead letters.
 *
 * <p>Pure, immutable.
 */
@PublicEvolving
public sealed interface ErrorBudget extends Serializable {

    /** The rows that must have been seen before a share says anything, unless told otherwise. */
    long DEFAULT_AFTER_ROWS = 1_000;

    /** What {@link #parse} takes, a regular expression. */
    String PATTERN =
            "\\s*(?:(\\d{1,18})\\s*rows?|(\\d{1,3}(?:\\.\\d{1,9})?)\\s*%"
                    + "(?:\\s+after\\s+(\\d{1,18})\\s*rows?)?)\\s*";

    /**
     * Whether the dead letters are too many.
     *
     * @param deadLetters that there are
     * @param rows that entered the job, the dead letters among them
     * @param atEnd whether no more will come
     */
    boolean isExceededBy(long deadLetters, long rows, boolean atEnd);

    /** Whether it is a share of the rows, which are counted elsewhere than the dead letters. */
    boolean isOfRows();

    /** A number of dead letters; 0: none. */
    static ErrorBudget ofRows(long deadLetters) {
        return new Rows(deadLetters);
    }

    /**
     * A share of the rows, looked at when so many have been seen, and at the end of the input.
     *
     * @param percent from 0 to 100
     */
    static ErrorBudget ofShare(double percent, long afterRows) {
        return new Share(percent, afterRows);
    }

    /**
     * Reads {@code 100 rows}, {@code 1 %} or {@code 1 % after 500 rows}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    static ErrorBudget parse(String text) {
        Matcher parts = Pattern.compile(PATTERN).matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "Invalid error budget: '%s'. Write it as '100 rows', '1 %%' or '1 %% after 500 rows'."
                            .formatted(text));
        }
        if (parts.group(1) != null) {
            return ofRows(Long.parseLong(parts.group(1)));
        }
        String after = parts.group(3);
        return ofShare(
                Double.parseDouble(parts.group(2)),
                after == null ? DEFAULT_AFTER_ROWS : Long.parseLong(after));
    }

    /**
     * A number.
     *
     * @param most dead letters that are accepted
     */
    record Rows(long most) implements ErrorBudget {

        /**
         * @throws IllegalArgumentException if the number is negative
         */
        public Rows {
            if (most < 0) {
                throw new IllegalArgumentException(
                        "Invalid error budget: %d rows. It must not be negative.".formatted(most));
            }
        }

        @Override
        public boolean isExceededBy(long deadLetters, long rows, boolean atEnd) {
            return deadLetters > most;
        }

        @Override
        public boolean isOfRows() {
            return false;
        }

        @Override
        public String toString() {
            return most + (most == 1 ? " row" : " rows");
        }
    }

    /**
     * A share.
     *
     * @param percent of the rows that may be dead letters
     * @param afterRows rows that must have been seen before
     */
    record Share(double percent, long afterRows) implements ErrorBudget {

        /**
         * @throws IllegalArgumentException if the share is not from 0 to 100, or the number of rows
         *     is negative
         */
        public Share {
            if (!(percent >= 0 && percent <= 100)) {
                throw new IllegalArgumentException(
                        "Invalid error budget: %s %%. It must be from 0 to 100 %%."
                                .formatted(percent));
            }
            if (afterRows < 0) {
                throw new IllegalArgumentException(
                        "Invalid error budget: after %d rows. It must not be negative."
                                .formatted(afterRows));
            }
        }

        @Override
        public boolean isExceededBy(long deadLetters, long rows, boolean atEnd) {
            return (atEnd || rows >= afterRows) && deadLetters * 100.0 > rows * percent;
        }

        @Override
        public boolean isOfRows() {
            return true;
        }

        @Override
        public String toString() {
            String share = BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString() + " %";
            return afterRows == DEFAULT_AFTER_ROWS
                    ? share
                    : "%s after %d rows".formatted(share, afterRows);
        }
    }
}
