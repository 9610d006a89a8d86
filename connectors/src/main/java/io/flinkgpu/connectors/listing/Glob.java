package io.flinkgpu.connectors.listing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.flink.core.fs.Path;

/**
 * A path with wildcards: the directory in front of the first one, and a pattern for each name from
 * there on.
 *
 * <p>{@code *} and {@code ?} stand for characters of a name, {@code [a-z]} and {@code [!a-z]} for
 * one of some, {@code {jpg,png}} for one of several texts, and {@code **} as a name for any number
 * of directories. Matched here and not by the JDK's file systems, which refuse names that the
 * locale cannot spell.
 *
 * @param base where listing begins
 * @param names one pattern for each level; null stands for {@code **}
 */
record Glob(Path base, List<Pattern> names) {

    private static final String ANY_DIRECTORIES = "**";

    /** Whether a path has wildcards. */
    static boolean isGlob(Path path) {
        return hasWildcard(path.toUri().getPath());
    }

    /**
     * Reads a path with wildcards.
     *
     * @throws IllegalArgumentException if a bracket or a brace is not closed
     */
    static Glob of(Path path) {
        List<String> wild = new ArrayList<>();
        Path base = path;
        for (Path rest = path; rest.getParent() != null; rest = rest.getParent()) {
            wild.add(0, rest.getName());
            if (hasWildcard(rest.getName())) {
                base = rest.getParent();
            }
        }
        int levels = path.depth() - base.depth();
        List<Pattern> names = new ArrayList<>();
        for (String name : wild.subList(wild.size() - levels, wild.size())) {
            names.add(name.equals(ANY_DIRECTORIES) ? null : pattern(name, path));
        }
        return new Glob(base, names);
    }

    private static boolean hasWildcard(String text) {
        return text.chars().anyMatch(character -> "*?[{".indexOf(character) >= 0);
    }

    /**
     * Where a name inside a directory leads.
     *
     * @param levels of this pattern at which the directory stands
     * @return the levels at which the child stands; {@code names().size()} is a match
     */
    List<Integer> levelsBelow(List<Integer> levels, String name) {
        List<Integer> below = new ArrayList<>();
        for (int level : withSkipped(levels)) {
            Pattern pattern = level == names.size() ? null : names.get(level);
            if (level < names.size() && pattern == null) {
                addOnce(below, level);
            } else if (pattern != null && pattern.matcher(name).matches()) {
                addOnce(below, level + 1);
            }
        }
        return withSkipped(below);
    }

    /** Any number of directories may be none. */
    private List<Integer> withSkipped(List<Integer> levels) {
        List<Integer> all = new ArrayList<>();
        for (int level : levels) {
            addOnce(all, level);
            for (int next = level; next < names.size() && names.get(next) == null; next++) {
                addOnce(all, next + 1);
            }
        }
        return all;
    }

    private static void addOnce(List<Integer> levels, int level) {
        if (!levels.contains(level)) {
            levels.add(level);
        }
    }

    private static Pattern pattern(String name, Path path) {
        StringBuilder regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '{' -> {
                    braces++;
                    regex.append("(?:");
                }
                case '}' -> {
                    braces--;
                    regex.append(')');
                }
                case ',' -> regex.append(braces > 0 ? "|" : ",");
                case '[' -> {
                    int end = name.indexOf(']', i + 2);
                    if (end < 0) {
                        throw invalid(path, "A '[' must be closed by a ']'.");
                    }
                    regex.append(characterClass(name.substring(i + 1, end)));
                    i = end;
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw invalid(path, "A '{' must be closed by a '}', and a range must ascend.");
        }
    }

    private static String characterClass(String members) {
        boolean isNegated = members.startsWith("!");
        String listed = isNegated ? members.substring(1) : members;
        String escaped = listed.replaceAll("[\\[\\]\\\\^&]", "\\\\$0");
        return (isNegated ? "[^" : "[") + escaped + "]";
    }

    private static IllegalArgumentException invalid(Path path, String wayOut) {
        return new IllegalArgumentException("Invalid glob: %s. %s".formatted(path, wayOut));
    }
}
