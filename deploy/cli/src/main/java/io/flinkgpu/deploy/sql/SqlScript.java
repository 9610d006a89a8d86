package io.flinkgpu.deploy.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * The statements of a SQL text, each with its place in it.
 *
 * <p>A semicolon ends a statement, except within quotes, comments, and the block of a statement set
 * that is one statement ({@code EXECUTE STATEMENT SET BEGIN ...; ...; END;}).
 *
 * @param name what its messages call it
 */
record SqlScript(String name, List<Statement> statements) {

    /**
     * A statement without its semicolon.
     *
     * @param line of its first word, from 1
     * @param column of its first word, from 1
     */
    record Statement(String sql, int line, int column) {

        /**
         * The statement where it stands in the script: behind as many lines and columns of blanks,
         * so that positions in Flink's messages are those of the script.
         */
        String inPlace() {
            return "\n".repeat(line - 1) + " ".repeat(column - 1) + sql;
        }

        /** Its first line. */
        String headline() {
            return sql.lines().findFirst().orElse("").strip();
        }

        /** Whether it ends the script, as it would end a shell. */
        boolean isQuit() {
            return sql.equalsIgnoreCase("quit") || sql.equalsIgnoreCase("exit");
        }
    }

    /** Finds the statements of a text. */
    static SqlScript parse(String name, String text) {
        List<Statement> statements = new ArrayList<>();
        List<SqlToken> current = new ArrayList<>();
        for (SqlToken token : SqlToken.of(text)) {
            if (!token.isSign(';') || isOpenBlock(current)) {
                current.add(token);
            } else {
                addTo(statements, current, text);
                current.clear();
            }
        }
        addTo(statements, current, text);
        return new SqlScript(name, List.copyOf(statements));
    }

    private static void addTo(List<Statement> statements, List<SqlToken> tokens, String text) {
        if (tokens.isEmpty()) {
            return;
        }
        int start = tokens.get(0).start();
        String before = text.substring(0, start);
        statements.add(
                new Statement(
                        text.substring(start, tokens.get(tokens.size() - 1).end()),
                        1 + (int) before.chars().filter(c -> c == '\n').count(),
                        start - before.lastIndexOf('\n')));
    }

    /** Whether a block has begun and its END, alone between two semicolons, has not come. */
    private static boolean isOpenBlock(List<SqlToken> tokens) {
        int size = tokens.size();
        boolean isAtEnd =
                size > 1 && tokens.get(size - 1).isWord("END") && tokens.get(size - 2).isSign(';');
        return !isAtEnd && beginsBlock(tokens);
    }

    private static boolean beginsBlock(List<SqlToken> tokens) {
        for (int i = 2; i < tokens.size(); i++) {
            if (tokens.get(i).isSign(';')) {
                return false;
            }
            if (tokens.get(i).isWord("BEGIN")
                    && tokens.get(i - 1).isWord("SET")
                    && tokens.get(i - 2).isWord("STATEMENT")) {
                return true;
            }
        }
        return false;
    }
}
