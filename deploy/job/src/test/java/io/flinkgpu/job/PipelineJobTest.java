package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.job.config.Secrets;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.redo.Redos;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.state.ledger.LedgerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineJobTest {

    private static final String VALID =
            """
            name: digits
            parallelism: 2
            profile: cpu
            profiles:
              cpu: {cpu-cores: 0.5, task-heap: 64 mb}
              gpu: {cpu-cores: 0.5, task-heap: 64 mb, gpus: 0.5}
            checkpoints: {interval: 2 s, directory: checkpoints}
            restart: {attempts: 5}
            options:
              s3.secret-key: ${secret:KEY}
            sources:
              - {name: rows, type: datagen, config: {rows: 10, fields: {id: {type: bigint, kind: sequence}, bytes: {type: bytes}}}}
            steps:
              - {name: decode, type: decode-image, input: rows, config: {field: bytes, height: 32, width: 32, channels: 1}}
              - name: classify
                type: infer
                input: decode
                profile: gpu
                parallelism: 3
                config:
                  model: digits
                  inputs: {image: pixels}
                  outputs: {scores: probabilities, label: label}
                  drop: pixels
              - {name: good, type: filter, input: classify, config: {keep: "label > 3"}}
              - {name: text, type: map, input: good, config: {append: true, drop: scores, fields: {best: "ARRAY_MAX(scores)"}}}
            sinks:
              - {name: out, type: json-lines, input: text, config: {path: results}}
              - {name: bad, type: dead-letters, input: [decode.dead-letters, classify.dead-letters], config: {path: bad}}
            """;

    @TempDir private Path directory;

    @Test
    void tellsTheLedgerItsTextWithReferencesAndGivenVariables() throws IOException {
        String text = VALID.replace("path: results", "path: \"${OUT}\"");
        Path file = Files.writeString(directory.resolve("digits.yaml"), text);

        PipelineJob job =
                PipelineJob.read(
                        file,
                        new JobReading(
                                        ElementCatalog.onClassPath(),
                                        Map.of("KEY", "hidden", "OUT", "of the environment"),
                                        new TestingSignatures())
                                .withVariables(Map.of("OUT", "given")));

        assertThat(job.hindranceToResume()).isEmpty();
        assertThat(job.settings().get(LedgerOptions.PROGRAM_FILE)).isEqualTo(file.toString());
        assertThat(job.settings().get(LedgerOptions.PROGRAM_TEXT)).isEqualTo(text);
        assertThat(job.settings().get(LedgerOptions.PROGRAM_VARIABLES))
                .containsExactly(Map.entry("OUT", "given"));
    }

    @Test
    void runsWithAnotherParallelism() throws IOException {
        PipelineJob job = read(VALID, Map.of("KEY", "hidden")).withParallelism(7);

        assertThat(job.maxParallelism()).isEqualTo(7);
        assertThat(job.settings().get(CoreOptions.DEFAULT_PARALLELISM)).isEqualTo(7);
    }

    @Test
    void readsEverythingThatAFileSays() throws IOException {
        PipelineJob job = read(VALID, Map.of("KEY", "hidden"));

        Configuration settings = job.settings();
        assertThat(job.name()).isEqualTo("digits");
        assertThat(job.maxParallelism()).isEqualTo(3);
        assertThat(job.placedProfiles())
                .extracting(StageProfile::name)
                .containsExactly("cpu", "gpu");
        assertThat(settings.get(CoreOptions.DEFAULT_PARALLELISM)).isEqualTo(2);
        assertThat(settings.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
                .isEqualTo("file:" + directory.resolve("checkpoints"));
        assertThat(settings.toMap()).containsEntry("s3.secret-key", "hidden");
    }

    @Test
    void aRedoHasANameOfItsOwnInTheLedger() throws IOException {
        PipelineJob redo = read(VALID, Map.of("KEY", "hidden", Redos.VARIABLE, "/bad/x.jsonl"));
        PipelineJob named =
                read(
                        VALID.replace("options:", "options:\n  ledger.run.name: mine"),
                        Map.of("KEY", "hidden", Redos.VARIABLE, "/bad/x.jsonl"));

        assertThat(redo.settings().get(LedgerOptions.RUN_NAME)).isEqualTo("digits.redo");
        assertThat(named.settings().get(LedgerOptions.RUN_NAME)).isEqualTo("mine.redo");
        assertThat(read(VALID, Map.of("KEY", "hidden")).settings().contains(LedgerOptions.RUN_NAME))
                .isFalse();
    }

    @Test
    void aRedoHasNoErrorBudget() throws IOException {
        String yaml = "error-budget: 1 %\n" + VALID;

        assertThat(operators(yaml, Map.of("KEY", "hidden")))
                .anyMatch(name -> name.endsWith(".counted"));
        assertThat(operators(yaml, Map.of("KEY", "hidden", Redos.VARIABLE, "/bad/x.jsonl")))
                .noneMatch(name -> name.endsWith(".counted"));
    }

    private List<String> operators(String yaml, Map<String, String> variables) throws IOException {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(new Configuration());
        return read(yaml, variables).define(environment).getStreamNodes().stream()
                .map(StreamNode::getOperatorName)
                .toList();
    }

    @Test
    void describesRowsModelsAndPlaces() throws IOException {
        String text = read(VALID, Map.of("KEY", "hidden")).describe();

        assertThat(text)
                .contains("source rows (datagen), profile cpu")
                .contains("rows: id bigint, pixels array<float> [32, 32, 1]")
                .contains("step   classify (infer) <- decode, profile gpu, parallelism 3")
                .contains("takes image [-1, 32, 32, 1] float32")
                .contains("rows: id bigint, scores array<float> [10], label bigint")
                .contains("rows: id bigint, label bigint, best float")
                .contains("sink   bad (dead-letters) <- decode.dead-letters, classify.dead-letters")
                .doesNotContain("hidden");
    }

    @Test
    void goesOnWithoutALookAtAModelWhereTheFileTellsTheTypes() throws IOException {
        String yaml =
                VALID.replace("model: digits", "model: s3://models/unseen")
                        .replace("scores: probabilities", "scores: {tensor: s, type: array<float>}")
                        .replace("label: label", "label: {tensor: l, type: bigint}");

        assertThat(read(yaml, Map.of("KEY", "hidden")).describe())
                .contains("not checked: Cannot load model 's3://models/unseen'")
                .contains("rows: id bigint, scores array<float>, label bigint");
    }

    @Test
    void everyOperatorHasTheProfileOfItsElement() throws IOException {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(new Configuration());

        StreamGraph graph = read(VALID, Map.of("KEY", "hidden")).define(environment);

        for (StreamNode node : graph.getStreamNodes()) {
            boolean isModel = node.getOperatorName().startsWith("classify");
            assertThat(node.getSlotSharingGroup())
                    .as(node.getOperatorName())
                    .isEqualTo(isModel ? "gpu" : "cpu");
            assertThat(node.getParallelism()).as(node.getOperatorName()).isEqualTo(isModel ? 3 : 2);
        }
    }

    @Test
    void dealsRowsOutByTheirContentWhereAStepReusesAnswers() throws IOException {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(new Configuration());
        String yaml =
                VALID.replace("{image: pixels}", "{image: pixels}\n      reuse: {ttl: 1 h}")
                        .replace("gpus: 0.5", "managed: 64 mb, gpus: 0.5");

        StreamGraph graph = read(yaml, Map.of("KEY", "hidden")).define(environment);

        assertThat(graph.getStreamNodes())
                .filteredOn(node -> node.getOperatorName().equals("classify"))
                .singleElement()
                .satisfies(
                        node ->
                                assertThat(node.getInEdges().get(0).getPartitioner())
                                        .isInstanceOf(KeyGroupStreamPartitioner.class));
    }

    @Test
    void inModeSeparatedProfilesCountWithoutTheirGpu() throws IOException {
        PipelineJob job = read("mode: separated\n" + VALID, Map.of("KEY", "hidden"));

        assertThat(job.mode()).isEqualTo(InferenceMode.SEPARATED);
        assertThat(job.placedProfiles()).noneMatch(StageProfile::usesGpu);
    }

    @Test
    void theEnvironmentSaysWhatTheFileLeavesOpenOfModeAndPools() throws IOException {
        PipelineJob job =
                read(
                        VALID,
                        Map.of(
                                "KEY",
                                "hidden",
                                "FLINK_GPU_MODE",
                                "separated",
                                "FLINK_GPU_POOL",
                                "flink://a:1/x;flink://b:2/x"));

        assertThat(job.mode()).isEqualTo(InferenceMode.SEPARATED);
        assertThat(job.settings().get(InferenceOptions.MODE)).isEqualTo(InferenceMode.SEPARATED);
        assertThat(job.settings().get(PoolOptions.ADDRESSES))
                .containsExactly("flink://a:1/x", "flink://b:2/x");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongFiles")
    void saysWhatIsWrong(String what, String yaml, List<String> problems) throws IOException {
        assertThat(problems(yaml)).as(what).containsExactlyElementsOf(problems);
    }

    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                wrong("an empty file", "", "line 1: The file is empty. Begin it with name: NAME."),
                wrong(
                        "bad YAML",
                        "name: [a",
                        "line 1: Invalid YAML: while parsing a flow sequence, expected ',' or ']', but got <stream end>."),
                wrong(
                        "missing and unknown keys of the file",
                        """
                        nmae: a
                        sources:
                          - {name: in, type: datagen, config: {fields: {id: {type: int}}}}
                        sinks:
                          - {name: out, type: print, input: in}
                        """,
                        "line 1: Invalid name of the file: it is missing. Add the key.",
                        "line 1: Invalid key 'nmae' of the file: it is unknown. Did you mean 'name'? Known are [name, mode, parallelism, profile, checkpoints, restart, error-budget, options, sources, steps, sinks, profiles]."),
                wrong(
                        "wrong values everywhere at once",
                        """
                        name: a
                        parallelism: 0
                        mode: fast
                        checkpoints: {interval: 10 parsecs}
                        sources:
                          - name: in
                            type: files
                            config: {path: ., repeat: often, extensions: []}
                        sinks:
                          - {name: out, type: print, input: in}
                        """,
                        "line 2: Invalid parallelism of the file: 0. It must be a whole number of at least 1 and at most 2147483647.",
                        "line 3: Invalid mode of the file: 'fast'. It must be one of [fused, separated].",
                        "line 4: Invalid checkpoints.interval of the file: '10 parsecs'. It must be a time such as '10 ms'.",
                        "line 8: Invalid extensions of source 'in': []. It must have at least one item.",
                        "line 8: Invalid repeat of source 'in': 'often'. It must be a whole number of at least 1 and at most 2147483647."),
                wrong(
                        "elements that do not exist",
                        """
                        name: a
                        sources:
                          - {name: in, type: fils, config: {path: .}}
                          - {name: rows, type: datagen, config: {fields: {id: {type: int}}}}
                        steps:
                          - {name: m, type: map, input: [in, row], config: {fields: {id: id}}}
                        sinks:
                          - {name: out, type: print, input: m}
                          - {name: again, type: print, input: [out, rows.dead-letters, rows]}
                        """,
                        "line 3: Invalid type 'fils' of source 'in': there is no such source. Did you mean 'files'? Known are %s."
                                .formatted(ElementCatalog.onClassPath().types(ElementKind.SOURCE)),
                        "line 6: Invalid input[1] of step 'm': 'row'. There is no such element. Did you mean 'rows'? Known are [rows, m].",
                        "line 9: Invalid input[0] of sink 'again': 'out'. It is a sink, which emits no rows. Name a source or a step.",
                        "line 9: Invalid input[1] of sink 'again': 'rows.dead-letters'. A source of type 'datagen' has no dead letters. Leave this input out."),
                wrong(
                        "names that are used twice, and rows that go nowhere",
                        """
                        name: a
                        sources:
                          - {name: in, type: datagen, config: {fields: {id: {type: int}}}}
                          - {name: in, type: datagen, config: {fields: {id: {type: int}}}}
                          - {name: in 2, type: datagen, config: {fields: {id: {type: int}}}}
                        sinks:
                          - {name: out, type: print, input: in}
                        """,
                        "line 4: Invalid name 'in': the source on line 3 has it already. Give each element a name of its own.",
                        "line 5: Invalid name of source 'in 2': 'in 2'. It must be of letters, digits, '-' and '_'.",
                        "line 5: Invalid source 'in 2': no element takes its rows. Add a sink with input: in 2, or remove it."),
                wrong(
                        "a cycle",
                        """
                        name: a
                        sources:
                          - {name: in, type: datagen, config: {fields: {id: {type: int}}}}
                        steps:
                          - {name: one, type: union, input: [in, two]}
                          - {name: two, type: union, input: one}
                        sinks:
                          - {name: out, type: print, input: two}
                        """,
                        "line 5: Invalid input of step 'one': its rows come back to itself, by one -> two -> one. Take one of these inputs away."),
                wrong(
                        "no sources and sinks",
                        "name: a\nsteps: none\n",
                        "line 1: Invalid sources: there is none. Add at least one source.",
                        "line 1: Invalid sinks: there is none. Add at least one sink.",
                        "line 2: Invalid steps of the file: 'none'. It must be a list, each item with name and type."),
                wrong(
                        "profiles",
                        """
                        name: a
                        profiles:
                          cpu: {cpu-cores: 0, task-heap: 64 mb}
                        sources:
                          - {name: in, type: datagen, profile: cpu, config: {fields: {id: {type: int}}}}
                        sinks:
                          - {name: out, type: print, input: in}
                        """,
                        "line 3: Invalid cpu-cores of profile 'cpu': 0. It must be above 0."),
                wrong(
                        "elements without a profile, and with one that is not there",
                        """
                        name: a
                        profiles:
                          cpu: {cpu-cores: 1, task-heap: 64 mb}
                        sources:
                          - {name: in, type: datagen, profile: cpus, config: {fields: {id: {type: int}}}}
                        sinks:
                          - {name: out, type: print, input: in}
                        """,
                        "line 5: Invalid profile of source 'in': 'cpus'. There is no such profile. Did you mean 'cpu'? Known are [cpu].",
                        "line 7: Invalid sink 'out': it has no profile, and others have. Add profile: NAME to it, or to the file for all."),
                wrong(
                        "fields and expressions",
                        """
                        name: a
                        sources:
                          - {name: in, type: datagen, config: {fields: {id: {type: int}, text: {type: strin}}}}
                          - {name: two, type: datagen, config: {fields: {id: {type: int}, text: {type: string}}}}
                          - {name: three, type: datagen, config: {fields: {id: {type: bigint}}}}
                        steps:
                          - name: m
                            type: map
                            input: two
                            config:
                              append: true
                              drop: tex
                              fields:
                                a: idd + 1
                                b: UPPER(text)
                          - {name: f, type: filter, input: two, config: {keep: text + 1}}
                          - {name: u, type: union, input: [two, three]}
                          - {name: d, type: decode-image, input: two, config: {field: text, height: 8, width: 8, channels: 2}}
                        sinks:
                          - {name: out, type: print, input: [m, f, in, u]}
                          - {name: dead, type: dead-letters, input: d, config: {path: x}}
                        """,
                        "line 3: Invalid fields.text.type of source 'in': 'strin'. It must be one of [string, boolean, int, bigint, float, double, bytes, timestamp, array<string>, array<boolean>, array<int>, array<bigint>, array<float>, array<double>].",
                        "line 12: Invalid field 'tex' in drop of step 'm': the input has none of that name. Did you mean 'text'? Known are [id, text].",
                        "line 14: Invalid fields.a of step 'm': 'idd + 1'. Unknown identifier 'idd' (column 1).",
                        "line 16: Invalid keep of step 'f': 'text + 1'. Cannot apply '+' to arguments of type '<VARCHAR(2147483647)> + <INTEGER>'. Supported form(s): '<NUMERIC> + <NUMERIC>' (column 1).",
                        "line 17: Invalid input of step 'u': two has the fields [id int, text string], and three has [id bigint]. Make them the same with a map step.",
                        "line 18: Invalid field 'text' of step 'd': it is string. It must be bytes.",
                        "line 18: Invalid channels: 2. It must be 1 (luminance) or 3 (RGB).",
                        "line 21: Invalid input of sink 'dead': it holds no dead letters. Write NAME.dead-letters, or use a sink of type json-lines."),
                wrong(
                        "models",
                        """
                        name: a
                        sources:
                          - {name: in, type: datagen, config: {fields: {id: {type: bigint}, pixels: {type: array<double>}}}}
                        steps:
                          - name: one
                            type: infer
                            input: in
                            config:
                              model: digits
                              batch: {max-size: 64}
                              capacity: 2
                              inputs:
                                imag: pixels
                                image: pixels
                              outputs:
                                scores: probabilitys
                                half: half
                                label: {tensor: label, type: string}
                          - {name: two, type: infer, input: in, config: {model: missing, inputs: {x: pixels}, outputs: {y: y}}}
                          - {name: three, type: infer, input: in, config: {model: open, inputs: {x: pixel}, outputs: {y: y}}}
                          - {name: four, type: infer, input: in, config: {model: missing, inputs: {x: pixels}, outputs: {y: {tensor: y, type: float}}}}
                        sinks:
                          - {name: out, type: print, input: [one, two, three, four]}
                        """,
                        "line 8: Invalid inference.capacity: 2. It must be at least inference.batch.max-size, which is 64.",
                        "line 13: Invalid input 'imag' of step 'one': the model has none of that name. Did you mean 'image'? Known are [image].",
                        "line 14: Invalid input 'image' of step 'one': field 'pixels' is array<double>, and the model takes [-1, 32, 32, 1] float32. Make a field of type [float, array<float>] in a map step, with CAST.",
                        "line 16: Invalid output 'probabilitys' of step 'one': the model has none of that name. Did you mean 'probabilities'? Known are [probabilities, label, half].",
                        "line 17: Invalid output 'half' of step 'one': it is [-1, 10] float16. No field can hold such elements; let the model convert them.",
                        "line 18: Invalid output 'label' of step 'one': it is [-1] int64. Its field must be one of [array<bigint>, bigint].",
                        "line 19: Cannot load model 'missing': there is no such directory. To go on without a look at the model, give each output its type, such as {tensor: NAME, type: array<float>}.",
                        "line 20: Invalid field 'pixel' in inputs.x of step 'three': the input has none of that name. Did you mean 'pixels'? Known are [id, pixels].",
                        "line 20: Invalid output 'y' of step 'three': the model does not tell its type. Write y: {tensor: y, type: array<float>}, or another type."),
                wrong(
                        "variables, secrets and options",
                        """
                        name: ${NONE}
                        options:
                          parallelism.default: 3
                          s3.secret-key: ${secret:NONE}
                        sources:
                          - {name: in, type: datagen, config: {fields: {id: {type: bigint}}}}
                        sinks:
                          - name: out
                            type: json-lines
                            input: in
                            config:
                              path: x/${secret:KEY}
                        """,
                        "line 1: Invalid variable ${NONE}: the environment has no such variable. Set it, or write ${NONE:-default}.",
                        "line 4: Invalid secret in options.s3.secret-key of the file: There is neither a file 'NONE' in /nowhere nor an environment variable of that name.",
                        "line 12: Invalid path of sink 'out': it refers to a secret, which may be shown here. Use a key that takes secrets."),
                wrong(
                        "options with a key of their own",
                        """
                        name: a
                        options:
                          parallelism.default: 3
                        sources:
                          - {name: in, type: datagen, config: {fields: {id: {type: bigint}}}}
                        sinks:
                          - {name: out, type: print, input: in}
                        """,
                        "line 3: Invalid option 'parallelism.default': it cannot be set here. Use the key 'parallelism'."));
    }

    private static Arguments wrong(String what, String yaml, String... problems) {
        return Arguments.of(what, yaml, List.of(problems));
    }

    private List<String> problems(String yaml) {
        InvalidJobFileException invalid =
                catchThrowableOfType(
                        InvalidJobFileException.class,
                        () -> read(yaml, Map.of("KEY", "do-not-show")));
        assertThat(invalid).as("problems").isNotNull();
        assertThat(invalid).hasMessageNotContaining("do-not-show");
        return invalid.problems();
    }

    private PipelineJob read(String yaml, Map<String, String> environment) throws IOException {
        Path file = Files.writeString(directory.resolve("job.yaml"), yaml);
        Map<String, String> all = new HashMap<>(environment);
        all.put(Secrets.DIRECTORY_VARIABLE, "/nowhere");
        return PipelineJob.read(
                file, new JobReading(ElementCatalog.onClassPath(), all, new TestingSignatures()));
    }
}
