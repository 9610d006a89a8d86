package io.flinkgpu.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageProfilesTest {

    private static final String VALID =
            """
            # A pipeline of two stages.
            profiles:
              decode:
                cpu-cores: 1
                task-heap: 256 mb
              classify:
                cpu-cores: 0.5
                task-heap: 128mb
                task-off-heap: 1 gb
                managed: 0 mb
                gpus: 0.25
                gpu-memory: 4 gb
                accelerator: a100
            """;

    @Test
    void readsEveryKey() {
        StageProfiles profiles = StageProfiles.fromYaml(VALID, "profiles.yaml");

        assertThat(profiles.names()).containsExactly("decode", "classify");
        assertThat(profiles.get("classify"))
                .isEqualTo(
                        StageProfile.named("classify")
                                .cpuCores(0.5)
                                .taskHeap(MemorySize.ofMebiBytes(128))
                                .taskOffHeap(MemorySize.parse("1 gb"))
                                .gpus(0.25)
                                .gpuMemory(MemorySize.parse("4 gb"))
                                .accelerator("a100")
                                .build());
        assertThat(profiles.all()).extracting(StageProfile::cpuCores).containsExactly(1.0, 0.5);
    }

    @Test
    void readsAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("profiles.yaml"), VALID);

        assertThat(StageProfiles.fromYaml(file).names()).containsExactly("decode", "classify");
    }

    @Test
    void namesTheFileThatDoesNotExist(@TempDir Path directory) {
        Path file = directory.resolve("missing.yaml");

        assertThatThrownBy(() -> StageProfiles.fromYaml(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Cannot read profiles " + file + ": there is no such file.");
    }

    @Test
    void namesTheFileThatCannotBeRead(@TempDir Path directory) {
        assertThatThrownBy(() -> StageProfiles.fromYaml(directory))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("Cannot read profiles " + directory + ": ");
    }

    @Test
    void listsTheKnownNamesWhenAskedForAnother() {
        StageProfiles profiles = StageProfiles.fromYaml(VALID, "profiles.yaml");

        assertThatThrownBy(() -> profiles.get("clasify"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid profile: 'clasify'. Known profiles are [decode, classify].");
    }

    @Test
    void cannotBeChanged() {
        StageProfiles profiles = StageProfiles.fromYaml(VALID, "profiles.yaml");

        assertThatThrownBy(() -> profiles.names().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void isBuiltFromProfilesInJava() {
        StageProfile profile =
                StageProfile.named("a").cpuCores(1).taskHeap(MemorySize.parse("1 mb")).build();

        assertThat(StageProfiles.of(List.of(profile)).get("a")).isSameAs(profile);
    }

    @Test
    void refusesTwoProfilesOfOneName() {
        StageProfile profile =
                StageProfile.named("a").cpuCores(1).taskHeap(MemorySize.parse("1 mb")).build();

        assertThatThrownBy(() -> StageProfiles.of(List.of(profile, profile)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid profiles: two are named 'a'. Give each profile a name of its own.");
    }

    @Test
    void reportsEveryProblemWithItsLine() {
        problemsOf(
                        """
                        profiles:
                          two words:
                            cpu-cores: 0
                            cpus: 2
                            task-heap: 512
                            managed: 1 parsec
                            gpus: 0.3333
                            gpus: 1
                          second:
                            cpu-cores: "1"
                            gpu-memory: 0 gb
                          third: none
                        version: 1
                        """)
                .containsExactly(
                        "line 2: Invalid profile name: 'two words'. It must be letters, digits, '.', '_'"
                                + " and '-', and begin with a letter or digit.",
                        "line 3: Invalid cpu-cores of profile 'two words': 0. It must be above 0.",
                        "line 4: Invalid key cpus of profile 'two words': it is unknown. Known keys are"
                                + " [accelerator, cpu-cores, gpu-memory, gpus, managed, task-heap,"
                                + " task-off-heap].",
                        "line 5: Invalid task-heap of profile 'two words': 512. It must be a whole number"
                                + " with a unit, such as '512 mb'.",
                        "line 6: Invalid managed of profile 'two words': \"1 parsec\". Memory size unit"
                                + " 'parsec' does not match any of the recognized units: (b | bytes) /"
                                + " (k | kb | kibibytes) / (m | mb | mebibytes) / (g | gb | gibibytes) /"
                                + " (t | tb | tebibytes).",
                        "line 7: Invalid gpus of profile 'two words': 0.3333. It must be 0, a fraction of"
                                + " one device that is a multiple of 0.001 (such as 0.25 or 0.5), or a"
                                + " whole number.",
                        "line 8: Invalid key 'gpus': it is already on line 7. Remove one of the two.",
                        "line 9: Invalid task-heap of profile 'second': it is missing. Add the key.",
                        "line 10: Invalid cpu-cores of profile 'second': \"1\". It must be of type number.",
                        "line 11: Invalid gpu-memory of profile 'second': 0 bytes. It must be above 0.",
                        "line 11: Invalid gpu-memory of profile 'second': 0 bytes. It needs gpus above 0.",
                        "line 12: Invalid profile 'third': \"none\". It must be of type object.",
                        "line 13: Invalid key 'version': it is unknown. Known keys are [profiles].");
    }

    @Test
    void namesTheSourceInTheMessage() {
        assertThatThrownBy(() -> StageProfiles.fromYaml("profiles: {}", "my.yaml"))
                .isInstanceOf(InvalidProfilesException.class)
                .hasMessage(
                        "Invalid profiles my.yaml: line 1: Invalid 'profiles': {}. Declare at least one"
                                + " profile.");
    }

    @Test
    void refusesEmptyText() {
        String problem = "line 1: The file is empty. Begin it with the key 'profiles'.";

        problemsOf("").containsExactly(problem);
        problemsOf("# nothing but a comment\n").containsExactly(problem);
    }

    @Test
    void refusesAnotherTopLevel() {
        problemsOf("- a\n")
                .containsExactly("line 1: Invalid document: [\"a\"]. It must be of type object.");
    }

    @Test
    void refusesMissingProfiles() {
        problemsOf("{}").containsExactly("line 1: Invalid 'profiles': it is missing. Add the key.");
    }

    @Test
    void refusesDuplicateProfiles() {
        problemsOf(
                        """
                        profiles:
                          a: {cpu-cores: 1, task-heap: 1 mb}
                          a: {cpu-cores: 2, task-heap: 1 mb}
                        """)
                .containsExactly(
                        "line 3: Invalid key 'a': it is already on line 2. Remove one of the two.");
    }

    @Test
    void showsTheLineOfASyntaxError() {
        problemsOf("profiles:\n  a: [\n")
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("line 3: Invalid YAML: while parsing a flow node");
    }

    @Test
    void refusesAControlCharacter() {
        problemsOf("a: \u0001")
                .containsExactly("line 1: Invalid YAML: special characters are not allowed.");
    }

    @Test
    void refusesTwoDocuments() {
        problemsOf("a: 1\n---\nb: 2\n")
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("line 2: Invalid YAML: expected a single document");
    }

    @Test
    void refusesAliases() {
        problemsOf("profiles: &all\n  a: *all\n")
                .containsExactly("line 2: Invalid alias: *all. Write the value out.");
    }

    @Test
    void refusesKeysThatAreNoText() {
        problemsOf("? [a]\n: 1\n").contains("line 1: Invalid key: it must be plain text.");
    }

    @Test
    void readsWordsThatOldYamlCallsBooleansOrNumbersAsText() {
        StageProfiles profiles =
                StageProfiles.fromYaml(
                        "profiles: {on: {cpu-cores: 1, task-heap: 1 mb, gpus: 1, accelerator: no}}",
                        "profiles.yaml");

        assertThat(profiles.get("on").accelerator()).contains("no");
    }

    @Test
    void saysNothingOfKeysThatDependOnABrokenOne() {
        problemsOf("profiles: {a: {cpu-cores: 1, task-heap: 1 mb, gpus: one, accelerator: a100}}")
                .containsExactly(
                        "line 1: Invalid gpus of profile 'a': \"one\". It must be of type number.");
    }

    @Test
    void acceptsTheKeysOfTheSchemaAndNoOther() throws Exception {
        JsonNode schema = new ObjectMapper().readTree(schemaText());

        assertThat(schema.at("/$defs/profile/properties").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(ProfilesReader.KEYS.keySet());
    }

    @Test
    void commitsASchemaThatDraft202012Accepts() throws Exception {
        Schema metaSchema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(
                                SchemaLocation.of(
                                        SpecificationVersion.DRAFT_2020_12.getDialectId()));

        assertThat(metaSchema.validate(schemaText(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void readsTheExampleOfTheDocumentation() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "profiles.md"));
        String example = page.split("```yaml\n", 2)[1].split("```", 2)[0];

        assertThat(StageProfiles.fromYaml(example, "docs/profiles.md").names())
                .containsExactly("decode", "classify");
    }

    private static String schemaText() throws Exception {
        try (InputStream in =
                StageProfiles.class.getResourceAsStream(ProfilesReader.SCHEMA_RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ListAssert<String> problemsOf(String yaml) {
        return assertThatThrownBy(() -> StageProfiles.fromYaml(yaml, "profiles.yaml"))
                .isInstanceOf(InvalidProfilesException.class)
                .extracting(
                        e -> ((InvalidProfilesException) e).problems(),
                        InstanceOfAssertFactories.list(String.class));
    }
}
