package io.flinkgpu.deploy.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A word, a quoted text or a sign of a SQL text; comments and blanks are none.
 *
 * <p>As Flink's parser has it, a quote within quotes is written twice, a backslash is itself,
 * comments of a line begin with two hyphens or two slashes, and a hint is no comment: the signs
 * around it are tokens, and so is what stands between them.
 *
 * @param start the index of its first character
 * @param end the index behind its last one
 * @param isClosed false for a quoted text that ends with the SQL text
 */
record SqlToken(Kind kind, String text, int start, int end, boolean isClosed) {

    private static final String HINT_START = "/*+";
    private static final String HINT_END = "*/";

    /** What it is. */
    enum Kind {
        WORD,
        STRING,
        NAME,
        SIGN
    }

    /** All tokens of a text. */
    static List<SqlToken> of(String sql) {
        List<SqlToken> tokens = new ArrayList<>();
        int at = 0;
        while (at < sql.length()) {
            char here = sql.charAt(at);
            if (Character.isWhitespace(here)) {
                at++;
            } else if (sql.startsWith("--", at) || sql.startsWith("//", at)) {
                at = behind(sql, "\n", at);
            } else if (sql.startsWith("/*", at) && !sql.startsWith(HINT_START, at)) {
                at = behind(sql, "*/", at + 2);
            } else {
                SqlToken token = at(sql, at);
                tokens.add(token);
                at = token.end();
            }
        }
        return tokens;
    }

    boolean isSign(char sign) {
        return kind == Kind.SIGN && text.length() == 1 && text.charAt(0) == sign;
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    /** What stands between the quotes of a string; the text of others. */
    String value() {
        if (kind != Kind.STRING) {
            return text;
        }
        return text.substring(1, text.length() - (isClosed ? 1 : 0)).replace("''", "'");
    }

    private static SqlToken at(String sql, int start) {
        return switch (sql.charAt(start)) {
            case '\'' -> quoted(Kind.STRING, sql, start);
            case '`' -> quoted(Kind.NAME, sql, start);
            default -> isOfWord(sql.charAt(start)) ? word(sql, start) : sign(sql, start);
        };
    }

    private static SqlToken sign(String sql, int start) {
        String text =
                Stream.of(HINT_START, HINT_END)
                        .filter(hint -> sql.startsWith(hint, start))
                        .findFirst()
                        .orElse(sql.substring(start, start + 1));
        return new SqlToken(Kind.SIGN, text, start, start + text.length(), true);
    }

    private static SqlToken quoted(Kind kind, String sql, int start) {
        char quote = sql.charAt(start);
        int at = start + 1;
        while (at < sql.length()) {
            if (sql.charAt(at++) != quote) {
                continue;
            }
            if (at < sql.length() && sql.charAt(at) == quote) {
                at++;
            } else {
                return new SqlToken(kind, sql.substring(start, at), start, at, true);
            }
        }
        return new SqlToken(kind, sql.substring(start), start, sql.length(), false);
    }

    private static SqlToken word(String sql, int start) {
        int end = start;
        while (end < sql.length() && isOfWord(sql.charAt(end))) {
            end++;
        }
        return new SqlToken(Kind.WORD, sql.substring(start, end), start, end, true);
    }

    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    private static int behind(String sql, String end, int from) {
        int found = sql.indexOf(end, from);
        return found < 0 ? sql.length() : found + end.length();
    }
}
