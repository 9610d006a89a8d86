package io.flinkgpu.deploy.sql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Completes the keys and values of {@code WITH (...)} in {@code CREATE MODEL} and {@code CREATE
 * TABLE}, which Flink's planner knows nothing of.
 */
final class OptionCompletion {

    private final OptionCatalog catalog;

    OptionCompletion(OptionCatalog catalog) {
        this.catalog = catalog;
    }

    /** For the providers and connectors that this process has. */
    static OptionCompletion onClassPath() {
        return new OptionCompletion(new FactoryOptions(OptionCompletion.class.getClassLoader()));
    }

    /**
     * What may stand in place of the word before the cursor: the characters since the last blank.
     *
     * @return empty outside of options, or where there is nothing to say
     */
    List<String> complete(String statement, int cursor) {
        String before = statement.substring(0, cursor);
        List<SqlToken> tokens = SqlToken.of(before);
        Optional<Subject> subject = subject(tokens);
        int options = openOptions(tokens);
        if (subject.isEmpty() || options < 0) {
            return List.of();
        }
        return place(tokens.subList(options, tokens.size()))
                .map(place -> words(before, place, place.candidates(catalog, subject.get())))
                .orElse(List.of());
    }

    /** What the options are of. */
    enum Subject {
        MODEL,
        TABLE
    }

    /** Where options can be looked up. */
    interface OptionCatalog {
        /** The keys that may stand beside those which are given. */
        Set<String> keys(Subject subject, Map<String, String> given);

        /** The values that a key may have; empty where they are not known. */
        Set<String> values(Subject subject, String key, Map<String, String> given);
    }

    /**
     * The place of the cursor.
     *
     * @param given the options that are complete
     * @param key of the value at the cursor; empty: the cursor is at a key
     * @param typed what is typed of it
     */
    private record Place(
            Map<String, String> given, Optional<String> key, Optional<SqlToken> typed) {

        Stream<String> candidates(OptionCatalog catalog, Subject subject) {
            Set<String> all =
                    key.map(of -> catalog.values(subject, of, given))
                            .orElseGet(() -> catalog.keys(subject, given));
            String start = typed.map(SqlToken::value).orElse("");
            return all.stream()
                    .filter(candidate -> candidate.startsWith(start))
                    .filter(candidate -> key.isPresent() || !given.containsKey(candidate));
        }
    }

    private static Optional<Subject> subject(List<SqlToken> tokens) {
        if (tokens.isEmpty() || !tokens.get(0).isWord("CREATE")) {
            return Optional.empty();
        }
        return tokens.stream()
                .limit(4)
                .flatMap(
                        token ->
                                Stream.of(Subject.values())
                                        .filter(subject -> token.isWord(subject.name())))
                .findFirst();
    }

    /** The index behind the parenthesis of a WITH that is still open; negative if none is. */
    private static int openOptions(List<SqlToken> tokens) {
        for (int i = tokens.size() - 1; i > 0; i--) {
            if (tokens.get(i).isSign(')')) {
                return -1;
            }
            if (tokens.get(i).isSign('(') && tokens.get(i - 1).isWord("WITH")) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Empty where neither a key nor a value can stand. */
    private static Optional<Place> place(List<SqlToken> options) {
        Map<String, String> given = new LinkedHashMap<>();
        int at = 0;
        while (at + 2 < options.size() && isWhole(options, at)) {
            given.put(options.get(at).value(), options.get(at + 2).value());
            at += 4;
        }
        List<SqlToken> rest = options.subList(Math.min(at, options.size()), options.size());
        if (rest.isEmpty()) {
            boolean isBehindOption = !options.isEmpty() && at > options.size();
            return isBehindOption
                    ? Optional.empty()
                    : Optional.of(new Place(given, Optional.empty(), Optional.empty()));
        }
        if (rest.size() == 1 && isOpen(rest.get(0))) {
            return Optional.of(new Place(given, Optional.empty(), Optional.of(rest.get(0))));
        }
        if (rest.size() < 2 || !rest.get(1).isSign('=')) {
            return Optional.empty();
        }
        Optional<String> key = Optional.of(rest.get(0).value());
        if (rest.size() == 2) {
            return Optional.of(new Place(given, key, Optional.empty()));
        }
        return isOpen(rest.get(2))
                ? Optional.of(new Place(given, key, Optional.of(rest.get(2))))
                : Optional.empty();
    }

    private static boolean isWhole(List<SqlToken> options, int at) {
        return options.get(at).kind() == SqlToken.Kind.STRING
                && options.get(at + 1).isSign('=')
                && options.get(at + 2).kind() == SqlToken.Kind.STRING
                && options.get(at + 2).isClosed();
    }

    private static boolean isOpen(SqlToken token) {
        return token.kind() == SqlToken.Kind.STRING && !token.isClosed();
    }

    /** A word starts behind a blank: what stands between that and the quote is part of it. */
    private static List<String> words(String before, Place place, Stream<String> candidates) {
        int end = place.typed().map(SqlToken::start).orElse(before.length());
        int start = end;
        while (start > 0 && !Character.isWhitespace(before.charAt(start - 1))) {
            start--;
        }
        String head = before.substring(start, end);
        return candidates.map(candidate -> head + "'" + candidate + "'").sorted().toList();
    }
}
