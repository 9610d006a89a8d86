package io.flinkgpu.deploy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.sql.SqlScript.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlScriptTest {

    @Test
    void semicolonsEndStatements() {
        assertThat(parse("SELECT 1;\n  SELECT 2 ;SELECT 3"))
                .containsExactly(
                        new Statement("SELECT 1", 1, 1),
                        new Statement("SELECT 2", 2, 3),
                        new Statement("SELECT 3", 2, 13));
    }

    @Test
    void emptyStatementsAreNone() {
        assertThat(parse(" ;\n;; -- nothing;\n /* nothing; */")).isEmpty();
    }

    @Test
    void semicolonsInQuotesAndCommentsEndNothing() {
        String sql = "SELECT 'a;''b;', `c;``d` -- e;'\n, /* f; ' */ 'g'";

        assertThat(parse(sql + ";")).containsExactly(new Statement(sql, 1, 1));
    }

    @Test
    void aBackslashQuotesNothing() {
        assertThat(parse("SELECT '\\'; SELECT 2")).hasSize(2);
    }

    @Test
    void commentsBeforeAStatementAreNotOfIt() {
        assertThat(parse("-- first;\n\n/* second\n */ SELECT 1;"))
                .containsExactly(new Statement("SELECT 1", 4, 5));
    }

    @Test
    void hintsAreOfTheirStatement() {
        String hinted = "SELECT * FROM a /*+ OPTIONS('b' = 'c; */') -- d;\n */";

        assertThat(parse(hinted + ";\nSELECT 1"))
                .containsExactly(new Statement(hinted, 1, 1), new Statement("SELECT 1", 3, 1));
        assertThat(parse("SELECT 1 /*+ A */// b;\n;"))
                .containsExactly(new Statement("SELECT 1 /*+ A */", 1, 1));
    }

    @Test
    void twoSlashesBeginAComment() {
        assertThat(parse("// don't;\nSELECT '//', 1 // 2;\n;"))
                .containsExactly(new Statement("SELECT '//', 1", 2, 1));
    }

    @Test
    void theBlockOfAStatementSetIsOneStatement() {
        String set =
                "EXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT CASE b WHEN 1 THEN 2 END;\nINSERT INTO c SELECT 1;\nEND";

        assertThat(parse(set + ";\nSELECT 1"))
                .containsExactly(new Statement(set, 1, 1), new Statement("SELECT 1", 5, 1));
    }

    /** The session keeps them together. */
    @Test
    void aStatementSetMayBeStatementsOfItsOwn() {
        assertThat(parse("BEGIN STATEMENT SET;\nINSERT INTO a SELECT 1;\nEND;"))
                .extracting(Statement::sql)
                .containsExactly("BEGIN STATEMENT SET", "INSERT INTO a SELECT 1", "END");
    }

    @Test
    void inPlaceAStatementHasItsPositionInTheScript() {
        assertThat(parse("-- first\n  SELECT\n1;").get(0).inPlace()).isEqualTo("\n  SELECT\n1");
    }

    @Test
    void quitEndsAScript() {
        assertThat(parse("QUIT; exit; SELECT 1"))
                .extracting(Statement::isQuit)
                .containsExactly(true, true, false);
    }

    private static List<Statement> parse(String text) {
        return SqlScript.parse("test.sql", text).statements();
    }
}
