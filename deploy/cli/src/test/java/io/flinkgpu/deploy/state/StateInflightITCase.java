package io.flinkgpu.deploy.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.state.savepoint.SavepointFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Rows in flight of a real savepoint, whose rows are known since no model has answered one. */
@Timeout(120)
class StateInflightITCase {

    private static final int ROWS = 10;
    private static final int PARALLELISM = 2;
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir private static Path directory;
    private static String savepoint;

    /** A row of the job's own class. */
    public static class Ticket {
        public long id;
        public String text;
        public byte[] payload;

        static Ticket of(long id) {
            Ticket ticket = new Ticket();
            ticket.id = id;
            ticket.text = "ticket " + id;
            ticket.payload = new byte[100];
            return ticket;
        }
    }

    private record Output(int exitCode, String out, String err) {}

    @BeforeAll
    static void takeSavepoint() throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, new Configuration());
        DataStream<Long> ids =
                environment
                        .fromSequence(0, ROWS - 1)
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<Long>forMonotonousTimestamps()
                                        .withTimestampAssigner((id, time) -> 1000 * id));
        infer(ids.map(Ticket::of).returns(Ticket.class), "tickets");
        infer(
                ids.map(id -> Row.of(id, "row " + id))
                        .returns(
                                Types.ROW_NAMED(
                                        new String[] {"id", "text"}, Types.LONG, Types.STRING)),
                "rows");
        JobClient job = environment.executeAsync();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> holdsAllRows(savepointOf(job)));
        } finally {
            job.cancel().get();
        }
    }

    private static <T> void infer(DataStream<T> rows, String name) {
        Inference.on(rows)
                .model(
                        SimulatedModel.named("never")
                                .ofRows(DataType.INT64, Shape.scalar())
                                .taking(Duration.ofMinutes(5), Duration.ZERO)
                                .ref())
                .encode((row, writer) -> writer.longs("", Shape.scalar(), 0))
                .decode((row, answer) -> row.toString())
                .batch(Batching.ofSize(ROWS).maxDelay(Duration.ofMinutes(5)))
                .apply(name)
                .returns(String.class)
                .uid("uid-of-" + name)
                .sinkTo(new DiscardingSink<>());
    }

    private static String savepointOf(JobClient job) throws Exception {
        return job.triggerSavepoint(
                        directory.resolve("savepoints").toUri().toString(),
                        SavepointFormatType.CANONICAL)
                .get();
    }

    private static boolean holdsAllRows(String path) throws IOException {
        savepoint = path;
        List<OperatorInFlight> operators =
                new InFlightListing(StateInflightITCase.class.getClassLoader(), ROWS)
                        .list(SavepointFile.load(path), null);
        return operators.size() == 2
                && operators.stream().allMatch(operator -> operator.rows() == ROWS);
    }

    @Test
    void listsTheRowsOfEachOperator() throws Exception {
        Output output = run(savepoint, "--json");

        assertThat(output.exitCode()).as(output.err()).isZero();
        JsonNode operators = JSON.readTree(output.out()).get("operators");
        assertThat(operators.findValuesAsText("name")).containsExactly("rows", "tickets");
        assertThat(operators.findValuesAsText("uid"))
                .containsExactly("uid-of-rows", "uid-of-tickets");
        assertThat(operators).allMatch(operator -> operator.get("inFlight").intValue() == ROWS);
        assertThat(operators).allMatch(operator -> operator.get("parallelism").intValue() == 2);
        assertThat(rows(operators.get(0)))
                .contains("[3,\"row 3\"]")
                .doesNotHaveDuplicates()
                .hasSize(ROWS);
        assertThat(rows(operators.get(1)))
                .contains(
                        "{\"id\":3,\"text\":\"ticket 3\",\"payload\":\"0000000000000000... 100 bytes\"}")
                .doesNotHaveDuplicates()
                .hasSize(ROWS);
        assertThat(operators.get(1).get("rows"))
                .extracting(row -> row.get("subtask").intValue())
                .contains(0, 1);
        assertThat(operators.get(1).get("rows"))
                .filteredOn(row -> row.get("row").get("id").longValue() == 3)
                .extracting(row -> row.get("eventTime").textValue())
                .containsExactly("1970-01-01T00:00:03Z");
    }

    @Test
    void listsAFewRowsOfOneOperatorAsText() {
        Output output = run(savepoint, "--operator", "uid-of-tickets", "--limit", "2");

        assertThat(output.exitCode()).as(output.err()).isZero();
        assertThat(output.out().lines())
                .satisfiesExactly(
                        title ->
                                assertThat(title)
                                        .isEqualTo(
                                                "tickets: 10 rows in flight, written at parallelism 2"),
                        header -> assertThat(header).matches("SUBTASK +EVENT TIME +ROW"),
                        row -> assertThat(row).matches("0 +1970-01-01T.*Z +\\{\"id\":\\d.*}"),
                        row -> assertThat(row).matches("0 +1970-01-01T.*Z +\\{\"id\":\\d.*}"),
                        rest ->
                                assertThat(rest)
                                        .isEqualTo("8 more rows are not listed: raise --limit."),
                        blank -> assertThat(blank).isEmpty());
    }

    @Test
    void saysWhichOperatorsThereAre() {
        assertThat(run(savepoint, "--operator", "other").err())
                .isEqualToIgnoringNewLines(
                        "Cannot find inference operator 'other' in the savepoint. It has: rows, tickets.");
    }

    @Test
    void needsTheJarOfTheRowsClass() throws Exception {
        ClassLoader ours = getClass().getClassLoader();
        ClassLoader withoutTickets =
                new ClassLoader(ours) {
                    @Override
                    protected Class<?> loadClass(String name, boolean resolve)
                            throws ClassNotFoundException {
                        if (name.equals(Ticket.class.getName())) {
                            throw new ClassNotFoundException(name);
                        }
                        return super.loadClass(name, resolve);
                    }
                };

        assertThatThrownBy(
                        () ->
                                new InFlightListing(withoutTickets, ROWS)
                                        .list(SavepointFile.load(savepoint), "tickets"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Cannot read the rows of 'tickets': class %s is missing. Give the job's jar with --jar."
                                .formatted(Ticket.class.getName()));
        try (URLClassLoader withJar =
                new URLClassLoader(new URL[] {jarOfTickets().toUri().toURL()}, withoutTickets)) {
            assertThat(
                            new InFlightListing(withJar, ROWS)
                                    .list(SavepointFile.load(savepoint), "tickets"))
                    .singleElement()
                    .satisfies(operator -> assertThat(operator.listed()).hasSize(ROWS));
        }
    }

    @Test
    void saysWhatIsNoSavepoint() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path text = Files.writeString(directory.resolve("text"), "no savepoint");
        Path shorter = Files.writeString(directory.resolve("shorter"), "no");

        assertThat(run(directory.resolve("missing").toString()).err())
                .startsWith("Cannot find the metadata of " + directory.resolve("missing") + ": ");
        assertThat(run(empty.toString()).err()).startsWith("Cannot find the metadata of " + empty);
        assertThat(run(text.toString()).err())
                .startsWith("Cannot read the metadata of " + text + ": it is no savepoint");
        assertThat(run(shorter.toString()).err())
                .startsWith("Cannot read the metadata of " + shorter + ": it is no savepoint");
        assertThat(run(savepoint, "--jar", "missing.jar"))
                .satisfies(output -> assertThat(output.exitCode()).isEqualTo(2))
                .satisfies(
                        output ->
                                assertThat(output.err())
                                        .startsWith(
                                                "Invalid --jar: missing.jar. There is no such file."));
    }

    @Test
    void readsTheSavepointWhereItWasMovedTo() throws Exception {
        Path moved = Files.createDirectory(directory.resolve("moved"));
        for (Path file : files(Path.of(URI.create(savepoint)))) {
            Files.copy(file, moved.resolve(file.getFileName()));
        }

        assertThat(run(moved.resolve("_metadata").toString()).out())
                .contains("tickets: 10 rows in flight");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static Path jarOfTickets() throws IOException {
        Path jar = directory.resolve("tickets.jar");
        String file = Ticket.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream bytes = Ticket.class.getClassLoader().getResourceAsStream(file)) {
            out.putNextEntry(new JarEntry(file));
            bytes.transferTo(out);
        }
        return jar;
    }

    private static List<String> rows(JsonNode operator) {
        return StreamSupport.stream(operator.get("rows").spliterator(), false)
                .map(row -> row.get("row").toString())
                .toList();
    }

    private static Output run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new StateInflightCommand());
        command.setExecutionExceptionHandler(
                (failure, failed, parsed) -> {
                    failed.getErr().println(failure.getMessage());
                    return 1;
                });
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return new Output(command.execute(arguments), out.toString(), err.toString());
    }
}
