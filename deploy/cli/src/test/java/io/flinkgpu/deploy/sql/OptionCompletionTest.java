package io.flinkgpu.deploy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.sql.OptionCompletion.OptionCatalog;
import io.flinkgpu.deploy.sql.OptionCompletion.Subject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionCompletionTest {

    private final OptionCompletion completion = new OptionCompletion(new TestingCatalog());

    @Test
    void completesKeys() {
        assertThat(complete("CREATE MODEL m WITH ('ba"))
                .containsExactly("('batch.max-delay'", "('batch.max-size'");
        assertThat(complete("CREATE MODEL m WITH ( 'loc")).containsExactly("'location'");
    }

    @Test
    void suggestsAllKeysWhereNothingIsTyped() {
        assertThat(complete("CREATE TEMPORARY MODEL m WITH (\n  "))
                .containsExactly(
                        "'batch.max-delay'", "'batch.max-size'", "'location'", "'provider'");
    }

    @Test
    void leavesOutKeysThatAreGiven() {
        assertThat(complete("create model m with ('location' = '/a', 'batch.max-size'='1', "))
                .containsExactly("'batch.max-delay'", "'provider'");
    }

    @Test
    void completesValues() {
        assertThat(complete("CREATE TABLE t (a INT) WITH ('connector' = 'da"))
                .containsExactly("'datagen'");
        assertThat(complete("CREATE TABLE t (a INT) WITH ('connector'="))
                .containsExactly("('connector'='blackhole'", "('connector'='datagen'");
    }

    @Test
    void knowsWhatIsGivenBefore() {
        assertThat(complete("CREATE TABLE t (a INT) WITH ('connector' = 'datagen', '"))
                .containsExactly("'number-of-rows'");
    }

    @Test
    void saysNothingElsewhere() {
        assertThat(complete("SELECT 'ba")).isEmpty();
        assertThat(complete("CREATE MODEL m INPUT (a INT) ")).isEmpty();
        assertThat(complete("CREATE MODEL m WITH ('location' = '/a')")).isEmpty();
        assertThat(complete("CREATE MODEL m WITH ('location' = '/a' ")).isEmpty();
        assertThat(complete("CREATE MODEL m WITH ('location' ")).isEmpty();
        assertThat(complete("CREATE MODEL m WITH ('location' = '")).isEmpty();
        assertThat(complete("")).isEmpty();
    }

    @Test
    void knowsTheOptionsOfFactories() {
        OptionCompletion ofProcess = OptionCompletion.onClassPath();

        assertThat(complete(ofProcess, "CREATE TABLE t (a INT) WITH ('connector' = 'data"))
                .containsExactly("'datagen'");
        assertThat(
                        complete(
                                ofProcess,
                                "CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number"))
                .containsExactly("'number-of-rows'");
        assertThat(complete(ofProcess, "CREATE TABLE t (a INT) WITH ('format' = '"))
                .contains("'csv'", "'json'");
    }

    private List<String> complete(String statement) {
        return complete(completion, statement);
    }

    private static List<String> complete(OptionCompletion completion, String statement) {
        return completion.complete(statement + " ignored", statement.length());
    }

    private static final class TestingCatalog implements OptionCatalog {
        @Override
        public Set<String> keys(Subject subject, Map<String, String> given) {
            if (subject == Subject.MODEL) {
                return Set.of("provider", "location", "batch.max-size", "batch.max-delay");
            }
            return given.getOrDefault("connector", "").equals("datagen")
                    ? Set.of("connector", "number-of-rows")
                    : Set.of("connector");
        }

        @Override
        public Set<String> values(Subject subject, String key, Map<String, String> given) {
            return key.equals("connector") ? Set.of("blackhole", "datagen") : Set.of();
        }
    }
}
