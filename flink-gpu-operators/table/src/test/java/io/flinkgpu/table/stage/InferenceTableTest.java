package io.flinkgpu.table.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the planner makes of the tables; nothing runs. */
class InferenceTableTest {

    private static final String COLUMNS = "id BIGINT, pixels ARRAY<FLOAT>, answer ARRAY<FLOAT>";
    private static final String INSERT =
            "INSERT INTO scored (id, pixels) SELECT id, pixels FROM images";

    private final StreamExecutionEnvironment environment =
            StreamExecutionEnvironment.getExecutionEnvironment();
    private final StreamTableEnvironment tables = StreamTableEnvironment.create(environment);

    @BeforeEach
    void createSource() {
        tables.executeSql(
                "CREATE TABLE images (id BIGINT, pixels ARRAY<FLOAT>) WITH ('connector' = 'datagen')");
    }

    @Test
    void stageStandsInFrontOfTheTable() {
        tables.executeSql(scored().sql());

        assertThat(tables.explainSql(INSERT)).contains("scored");
    }

    @Test
    void columnsByOptionsOfTheModelNeedNoOthers() {
        tables.executeSql(
                scored().without("inputs")
                        .without("outputs")
                        .with("model.input.input", "pixels")
                        .with("model.output.answer", "output")
                        .sql());

        assertThat(tables.explainSql(INSERT)).contains("scored");
    }

    @Test
    void optionsOfFieldsNameTheirColumn() {
        tables.executeSql(
                TestingStageTable.named(
                                "scored",
                                "id BIGINT, pixels ARRAY<FLOAT>, answer ROW<all_of_it FLOAT>")
                        .echo(SimulatedModel.named("echo").ref())
                        .without("outputs")
                        .with("model.output.answer.all_of_it", "output")
                        .with("table.connector", "blackhole")
                        .sql());

        assertThat(tables.explainSql(INSERT)).contains("scored");
    }

    @Test
    void actionsOfTheSessionAreNotThoseOfTheTable() {
        tables.getConfig().set("inference.on-error-by-class", "data:dead-letter");
        tables.executeSql(readable().with("model.on-error", "NULL").sql());

        assertThat(uids()).isNotEmpty();
    }

    @Test
    void columnsMustBeNamed() {
        assertRefused(
                scored().without("inputs").without("outputs").sql(),
                "Invalid inputs: none. Name columns of the table: id, pixels, answer.",
                "Invalid outputs: none.");
    }

    @Test
    void unknownColumnsAreRefused() {
        assertRefused(
                scored().with("outputs", "label").sql(),
                "Invalid outputs: 'label'. The table's columns are id, pixels, answer.");
    }

    @Test
    void modelMayNotFillItsOwnInput() {
        assertRefused(
                scored().with("outputs", "pixels").sql(),
                "Invalid column 'pixels': it is an input and an output.");
    }

    @Test
    void outputsMustBeNullable() {
        tables.executeSql(
                TestingStageTable.named(
                                "scored",
                                "id BIGINT, pixels ARRAY<FLOAT>, answer ARRAY<FLOAT> NOT NULL")
                        .echo(SimulatedModel.named("echo").ref())
                        .with("table.connector", "blackhole")
                        .sql());

        assertThatThrownBy(() -> tables.explainSql("SELECT * FROM scored"))
                .hasStackTraceContaining(
                        "Invalid type of column 'answer': ARRAY<FLOAT> NOT NULL. The model fills it after a query has left it NULL: leave NOT NULL out.");
    }

    @Test
    void typesAreHeldAgainstTheModel() {
        assertRefused(
                TestingStageTable.named("scored", "id BIGINT, pixels ARRAY<FLOAT>, answer BIGINT")
                        .echo(SimulatedModel.named("echo").ref())
                        .with("table.connector", "blackhole")
                        .sql(),
                "Invalid type of column 'answer': BIGINT.",
                "output");
    }

    @Test
    void tableBehindMustHaveAConnector() {
        assertRefused(
                scored().without("table.connector").sql(),
                "Invalid table.connector: it is missing. Describe the table");
        assertRefused(
                scored().without("table.connector").with("table.path", "/data").sql(),
                "Invalid table.connector: it is missing. Name the connector");
    }

    @Test
    void optionsOfTheTableBehindAreItsOwn() {
        assertRefused(scored().with("table.speed", "high").sql(), "Unsupported options", "speed");
    }

    @Test
    void partitionsAreRefused() {
        assertRefused(scored().sql("PARTITIONED BY (id)"), "Invalid PARTITIONED BY [id].");
    }

    @Test
    void modeBatchIsRefused() {
        TableEnvironment batch = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        batch.executeSql(readable().sql());

        assertThatThrownBy(() -> batch.explainSql("SELECT id, answer FROM scored"))
                .hasStackTraceContaining(
                        "Invalid execution.runtime-mode: BATCH. A table with a model is read and written in mode streaming");
    }

    @Test
    void noSubtasksAreRefused() {
        assertRefused(
                scored().with("parallelism", "0").sql(),
                "Invalid parallelism: 0. It must be at least 1.");
    }

    @Test
    void deadLettersLeaveNoOtherActionForFailedRows() {
        assertRefused(
                scored().with("dead-letters.connector", "blackhole")
                        .with("model.on-error", "NULL")
                        .sql(),
                "Invalid model.on-error: NULL. With dead-letters.* rows that fail go there");
    }

    @Test
    void columnsOfDeadLettersAreTaken() {
        assertRefused(
                TestingStageTable.named(
                                "scored",
                                "id BIGINT, pixels ARRAY<FLOAT>, attempts INT, answer ARRAY<FLOAT>")
                        .echo(SimulatedModel.named("echo").ref())
                        .with("table.connector", "blackhole")
                        .with("dead-letters.connector", "blackhole")
                        .sql(),
                "Invalid column of a table with dead-letters.*: attempts.");
    }

    @Test
    void queryThatUpdatesIsRefused() {
        tables.executeSql(scored().sql());

        assertThatThrownBy(
                        () ->
                                tables.explainSql(
                                        "INSERT INTO scored (id, pixels) SELECT COUNT(*), pixels FROM images GROUP BY pixels"))
                .hasStackTraceContaining(
                        "Cannot insert into 'default_catalog.default_database.scored': the query updates or deletes rows");
    }

    @Test
    void tableWhoseRowsChangeIsRefused() {
        tables.executeSql(
                scored().with("table.connector", "testing").with("table.changes", "true").sql());

        assertThatThrownBy(() -> tables.explainSql("SELECT * FROM scored"))
                .hasStackTraceContaining(
                        "Invalid table.connector: testing. Its rows are updated or deleted");
    }

    @Test
    void oldKindsOfTablesAreRefusedByName() {
        tables.executeSql(scored().with("table.connector", "testing").sql());

        assertThatThrownBy(() -> tables.explainSql(INSERT))
                .hasStackTraceContaining(
                        "Invalid table.connector: testing. It is written by OutputFormatProvider");
        assertThatThrownBy(() -> tables.explainSql("SELECT * FROM scored"))
                .hasStackTraceContaining(
                        "Invalid table.connector: testing. It is read by InputFormatProvider");
    }

    @Test
    void rowsOfAKeyStayBehindEachOther() {
        environment.setParallelism(2);
        tables.executeSql(keyed().with("parallelism", "3").sql());

        Collection<StreamNode> nodes = nodesOf(INSERT);

        assertThat(partitioners(nodes, StreamNode::getInEdges)).containsExactly("HASH");
        assertThat(partitioners(nodes, StreamNode::getOutEdges)).containsExactly("HASH");
    }

    @Test
    void rowsOfAKeyStayInTheirSubtaskBehindTheStage() {
        environment.setParallelism(2);
        tables.executeSql(keyed().sql());

        Collection<StreamNode> nodes = nodesOf(INSERT);

        assertThat(partitioners(nodes, StreamNode::getInEdges)).containsExactly("HASH");
        assertThat(partitioners(nodes, StreamNode::getOutEdges)).containsExactly("FORWARD");
    }

    @Test
    void rowsWithoutAKeyAreDealtOutEvenly() {
        tables.executeSql(scored().sql());

        assertThat(partitioners(nodesOf(INSERT), StreamNode::getInEdges))
                .containsExactly("REBALANCE");
    }

    @Test
    void whatLosesTheOrderOfAKeyIsRefused() {
        assertRefused(
                keyed().with("output-mode", "UNORDERED").sql(),
                "Invalid output-mode: UNORDERED. The table has a PRIMARY KEY");
        assertRefused(
                keyed(
                                "id BIGINT, pixels ARRAY<FLOAT>, answer ARRAY<FLOAT>, error ROW<class STRING, message STRING, attempts INT>")
                        .with("outputs", "answer;error")
                        .with("model.error-column", "error")
                        .sql(),
                "Invalid model.error-column: 'error'. The table has a PRIMARY KEY");
        tables.getConfig().set("inference.output-mode", "UNORDERED");
        assertRefused(keyed().sql(), "Invalid output-mode: UNORDERED.");
    }

    @Test
    void stateIsNamedAfterTheTable() {
        tables.executeSql(readable().sql());

        assertThat(uids()).contains("inference of default_catalog.default_database.scored");
    }

    @Test
    void tableThatIsReadAndWrittenHasTwoNames() {
        tables.executeSql(readable().sql());

        assertThat(uidsOf("INSERT INTO scored (id, pixels) SELECT id, pixels FROM scored"))
                .contains(
                        "inference of default_catalog.default_database.scored",
                        "inference into default_catalog.default_database.scored");
    }

    @Test
    void aHintNamesTheSecondUseOfATable() {
        tables.executeSql(readable().sql());

        assertThat(
                        uidsOf(
                                INSERT,
                                "INSERT INTO scored /*+ OPTIONS('uid' = 'second') */ (id, pixels) SELECT id, pixels FROM images"))
                .contains("inference into default_catalog.default_database.scored", "second");
        assertThat(
                        uidsOf(
                                "INSERT INTO scored (id, pixels) SELECT id, pixels FROM scored UNION ALL SELECT id, pixels FROM scored /*+ OPTIONS('uid' = 'third') */"))
                .contains("inference of default_catalog.default_database.scored", "third");
    }

    @Test
    void stateIsNamedAsTheUserSays() {
        tables.executeSql(readable().with("uid", "mine").sql());

        assertThat(uids()).contains("mine", "mine table source");
    }

    @Test
    void profileIsTheStagesSlotSharingGroup(@TempDir Path directory) throws Exception {
        Path file =
                Files.writeString(
                        directory.resolve("profiles.yaml"),
                        """
                        profiles:
                          inference:
                            cpu-cores: 0.5
                            task-heap: 64 mb
                            task-off-heap: 64 mb
                        """);
        tables.executeSql(readable().with("model.profile", file + "#inference").sql());

        assertThat(nodes().map(StreamNode::getSlotSharingGroup)).contains("inference");
    }

    private List<String> uids() {
        return uids(nodes());
    }

    private List<String> uidsOf(String... inserts) {
        return uids(nodesOf(inserts).stream());
    }

    private static List<String> uids(Stream<StreamNode> nodes) {
        return nodes.map(StreamNode::getTransformationUID).filter(Objects::nonNull).toList();
    }

    /** Also checks that the names are each there once. */
    private Collection<StreamNode> nodesOf(String... inserts) {
        StreamStatementSet statements = tables.createStatementSet();
        Stream.of(inserts).forEach(statements::addInsertSql);
        statements.attachAsDataStream();
        StreamGraph graph = environment.getStreamGraph(true);
        assertThat(graph.getJobGraph().getNumberOfVertices()).isPositive();
        return graph.getStreamNodes();
    }

    private Stream<StreamNode> nodes() {
        tables.toDataStream(tables.sqlQuery("SELECT id, answer FROM scored"));
        return environment.getStreamGraph(false).getStreamNodes().stream();
    }

    /** Of the stage's edges. */
    private static List<String> partitioners(
            Collection<StreamNode> nodes, Function<StreamNode, List<StreamEdge>> edges) {
        return nodes.stream()
                .filter(node -> node.getOperatorName().startsWith("inference ("))
                .flatMap(node -> edges.apply(node).stream())
                .map(edge -> edge.getPartitioner().toString())
                .toList();
    }

    private void assertRefused(String createTable, String... message) {
        tables.executeSql(createTable);
        for (String part : message) {
            assertThatThrownBy(() -> tables.explainSql(INSERT)).hasStackTraceContaining(part);
        }
        tables.executeSql("DROP TABLE scored");
    }

    private static TestingStageTable readable() {
        return scored().with("table.connector", "filesystem")
                .with("table.path", "/images")
                .with("table.format", "csv");
    }

    private static TestingStageTable keyed() {
        return keyed(COLUMNS);
    }

    private static TestingStageTable keyed(String columns) {
        return scored(columns + ", PRIMARY KEY (id) NOT ENFORCED");
    }

    private static TestingStageTable scored() {
        return scored(COLUMNS);
    }

    private static TestingStageTable scored(String columns) {
        return TestingStageTable.named("scored", columns)
                .echo(SimulatedModel.named("echo").ref())
                .with("table.connector", "blackhole");
    }
}
