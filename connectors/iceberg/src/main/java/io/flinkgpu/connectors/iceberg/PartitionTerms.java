package io.flinkgpu.connectors.iceberg;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;

/**
 * Partitioning as Iceberg's SQL says it: {@code label}, {@code day(seen)}, {@code bucket(16, id)}.
 */
final class PartitionTerms {

    private static final Pattern TERM =
            Pattern.compile("(\\w+)|(\\w+)\\(\\s*(?:(\\d+)\\s*,\\s*)?(\\w+)\\s*\\)");

    private PartitionTerms() {}

    /**
     * The partitioning of a table with this schema.
     *
     * @throws IllegalArgumentException if a term is none, or names no column
     */
    static PartitionSpec parse(List<String> terms, Schema schema) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        terms.forEach(term -> add(term, spec));
        return spec.build();
    }

    private static void add(String term, PartitionSpec.Builder spec) {
        Matcher matcher = TERM.matcher(term.strip());
        if (!matcher.matches()) {
            throw invalid(term);
        }
        if (matcher.group(1) != null) {
            spec.identity(matcher.group(1));
            return;
        }
        String column = matcher.group(4);
        boolean hasNumber = matcher.group(3) != null;
        int number = hasNumber ? Integer.parseInt(matcher.group(3)) : 0;
        switch (matcher.group(2) + (hasNumber ? "(n)" : "")) {
            case "year" -> spec.year(column);
            case "month" -> spec.month(column);
            case "day" -> spec.day(column);
            case "hour" -> spec.hour(column);
            case "bucket(n)" -> spec.bucket(column, number);
            case "truncate(n)" -> spec.truncate(column, number);
            default -> throw invalid(term);
        }
    }

    private static IllegalArgumentException invalid(String term) {
        return new IllegalArgumentException(
                "Invalid partition: '%s'. It must be COLUMN, year(COLUMN), month(COLUMN), day(COLUMN), hour(COLUMN), bucket(N, COLUMN) or truncate(N, COLUMN)."
                        .formatted(term));
    }
}
