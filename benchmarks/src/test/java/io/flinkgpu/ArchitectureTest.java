package io.flinkgpu;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.junit.jupiter.api.Test;

/**
 * Holds the floors of the house and the rules of its rooms.
 *
 * <p>A module imports from lower floors alone; inside inference, arrows go from the operator to the
 * model and from both to the tensors, and each runtime's library stays in one package.
 */
@AnalyzeClasses(packages = "io.flinkgpu", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String RESOURCES = "io.flinkgpu.resources..";
    private static final String STATE = "io.flinkgpu.state..";
    private static final String INFERENCE = "io.flinkgpu.inference..";
    private static final String TABLE = "io.flinkgpu.table..";
    private static final String CONNECTORS = "io.flinkgpu.connectors..";
    private static final String VIDEO = "io.flinkgpu.connectors.video..";
    private static final String EXAMPLES = "io.flinkgpu.examples..";
    private static final String JOB = "io.flinkgpu.job..";
    private static final String DEPLOY = "io.flinkgpu.deploy..";
    private static final String BENCHMARKS = "io.flinkgpu.benchmarks..";

    private static final String API = "io.flinkgpu.inference";
    private static final String TENSOR = "io.flinkgpu.inference.tensor..";
    private static final String MODEL = "io.flinkgpu.inference.model..";
    private static final String MODEL_STORE = "io.flinkgpu.inference.model.store..";
    private static final String TENSORFLOW = "io.flinkgpu.inference.tensorflow..";
    private static final String ONNX = "io.flinkgpu.inference.onnx";
    private static final String ONNX_GRAPH = "io.flinkgpu.inference.onnx.graph..";
    private static final String CONTRACT = "io.flinkgpu.inference.contract..";
    private static final String PYTHON = "io.flinkgpu.inference.python..";
    private static final String FAULT = "io.flinkgpu.inference.fault..";
    private static final String BATCHING = "io.flinkgpu.inference.batching..";
    private static final String REUSE = "io.flinkgpu.inference.reuse..";
    private static final String CONFIG = "io.flinkgpu.inference.config..";
    private static final String PROCESS = "io.flinkgpu.inference.process..";
    private static final String HEALTH = "io.flinkgpu.inference.health..";
    private static final String DETECTOR = "io.flinkgpu.inference.health.detector..";
    private static final String OPERATOR = "io.flinkgpu.inference.operator..";

    private static final String LINE = "io.flinkgpu.inference.line..";
    private static final String LEDGER = "io.flinkgpu.inference.ledger..";
    private static final String COORDINATOR = "io.flinkgpu.inference.coordinator..";
    private static final String POOL = "io.flinkgpu.inference.pool";
    private static final String PROTOCOL = "io.flinkgpu.inference.pool.protocol..";
    private static final String SERVER = "io.flinkgpu.inference.pool.server..";
    private static final String ROUTING = "io.flinkgpu.inference.pool.routing..";
    private static final String CLIENT = "io.flinkgpu.inference.pool.client..";
    private static final String DISCOVERY = "io.flinkgpu.inference.pool.discovery..";
    private static final String POOL_JOB = "io.flinkgpu.inference.pool.job..";

    private static final String[] FLINK_RUNTIME = {
        "org.apache.flink.runtime..", "org.apache.flink.streaming.."
    };
    private static final String ANNOTATIONS = "org.apache.flink.annotation..";
    private static final String[] TENSORFLOW_JAVA = {"org.tensorflow..", "org.bytedeco.."};
    private static final String ONNX_RUNTIME = "ai.onnxruntime..";

    @ArchTest
    static final ArchRule everyClassIsOnAFloor =
            classes()
                    .should()
                    .resideInAnyPackage(
                            RESOURCES,
                            STATE,
                            INFERENCE,
                            TABLE,
                            CONNECTORS,
                            EXAMPLES,
                            JOB,
                            DEPLOY,
                            BENCHMARKS);

    @ArchTest
    static final ArchRule resourceProfilesImportNoModule =
            floor(
                    RESOURCES,
                    STATE,
                    INFERENCE,
                    TABLE,
                    CONNECTORS,
                    EXAMPLES,
                    JOB,
                    DEPLOY,
                    BENCHMARKS);

    @ArchTest
    static final ArchRule stateImportsNoModule =
            floor(
                    STATE,
                    RESOURCES,
                    INFERENCE,
                    TABLE,
                    CONNECTORS,
                    EXAMPLES,
                    JOB,
                    DEPLOY,
                    BENCHMARKS);

    @ArchTest
    static final ArchRule inferenceImportsLowerFloors =
            floor(INFERENCE, TABLE, CONNECTORS, EXAMPLES, JOB, DEPLOY, BENCHMARKS);

    @ArchTest
    static final ArchRule tablesImportLowerFloors =
            floor(TABLE, CONNECTORS, EXAMPLES, JOB, DEPLOY, BENCHMARKS);

    @ArchTest
    static final ArchRule connectorsImportLowerFloors =
            floor(CONNECTORS, EXAMPLES, JOB, DEPLOY, BENCHMARKS);

    @ArchTest
    static final ArchRule examplesImportLowerFloors = floor(EXAMPLES, JOB, DEPLOY, BENCHMARKS);

    @ArchTest
    static final ArchRule jobFilesImportLowerFloors = floor(JOB, EXAMPLES, DEPLOY, BENCHMARKS);

    /** Keys, rows and the interface of elements are what other jars build on. */
    @ArchTest
    static final ArchRule elementsDoNotKnowTheFile =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.flinkgpu.job.config..",
                            "io.flinkgpu.job.row..",
                            "io.flinkgpu.job.expression..",
                            "io.flinkgpu.job.element..",
                            "io.flinkgpu.job.builtin..",
                            "io.flinkgpu.job.infer..",
                            "io.flinkgpu.job.media..",
                            "io.flinkgpu.job.audio..",
                            "io.flinkgpu.job.text..",
                            "io.flinkgpu.job.kafka..",
                            "io.flinkgpu.job.jdbc..",
                            "io.flinkgpu.job.iceberg..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.flinkgpu.job",
                            "io.flinkgpu.job.file..",
                            "io.flinkgpu.job.plan..",
                            "io.flinkgpu.job.reference..");

    @ArchTest
    static final ArchRule expressionsAloneKnowTheTableApi =
            noClasses()
                    .that()
                    .resideInAPackage(JOB)
                    .and()
                    .resideOutsideOfPackage("io.flinkgpu.job.expression..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.flink.table..");

    @ArchTest static final ArchRule deployImportsLowerFloors = floor(DEPLOY, BENCHMARKS);

    @ArchTest
    static final ArchRule examplesUseThePublicApiAlone =
            noClasses()
                    .that()
                    .resideInAPackage(EXAMPLES)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.flinkgpu..")
                                    .and(not(resideInAPackage(EXAMPLES)))
                                    .and(not(annotatedWith(PublicEvolving.class))));

    @ArchTest
    static final ArchRule tensorsKnowNoOtherPackageOfOurs =
            noClasses()
                    .that()
                    .resideInAPackage(TENSOR)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.flinkgpu..").and(not(resideInAPackage(TENSOR))));

    @ArchTest
    static final ArchRule tensorsKnowTheJdkAndFlinkCoreAlone =
            classes()
                    .that()
                    .resideInAPackage(TENSOR)
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(
                                            "java..",
                                            "javax.annotation..",
                                            "org.apache.flink..",
                                            TENSOR)
                                    .and(not(resideInAnyPackage(FLINK_RUNTIME))));

    @ArchTest
    static final ArchRule faultPoliciesKnowTheJdkAloneAndDoNoInputOrOutput =
            classes()
                    .that()
                    .resideInAPackage(FAULT)
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(
                                    "java.lang..",
                                    "java.util..",
                                    "java.time..",
                                    ANNOTATIONS,
                                    FAULT));

    @ArchTest
    static final ArchRule modelsKnowTensorsPoliciesAndResourcesAlone =
            noClasses()
                    .that()
                    .resideInAPackage(MODEL)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.flinkgpu..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            MODEL, TENSOR, FAULT, RESOURCES,
                                                            PROCESS, CONFIG))));

    @ArchTest
    static final ArchRule filesOfModelsKnowNothingElse = knowsAlone(MODEL_STORE, MODEL_STORE);

    @ArchTest
    static final ArchRule modelsKnowNeitherFlinksRuntimeNorARuntimesLibrary =
            noClasses()
                    .that()
                    .resideInAPackage(MODEL)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(FLINK_RUNTIME)
                                    .or(resideInAnyPackage(TENSORFLOW_JAVA))
                                    .or(resideInAPackage(ONNX_RUNTIME)));

    @ArchTest
    static final ArchRule tensorFlowStaysInItsPackage =
            noClasses()
                    .that()
                    .resideInAPackage(INFERENCE)
                    .and()
                    .resideOutsideOfPackage(TENSORFLOW)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(TENSORFLOW_JAVA));

    /** The trainer of the example and the peers of the benchmarks call TensorFlow by hand. */
    @ArchTest
    static final ArchRule tensorFlowIsCalledByHandWhereThatIsThePoint =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            TENSORFLOW,
                            VIDEO,
                            "io.flinkgpu.deploy.digits..",
                            "io.flinkgpu.benchmarks.model..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(TENSORFLOW_JAVA));

    /** Both are natives of JavaCPP. */
    @ArchTest
    static final ArchRule ffmpegIsCalledByVideoAlone =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(VIDEO)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("org.bytedeco.ffmpeg..", "org.bytedeco.javacv.."))
                    .orShould()
                    .dependOnClassesThat(resideInAnyPackage(VIDEO));

    @ArchTest
    static final ArchRule tensorFlowRuntimeKnowsModelsTensorsAndClassesOfErrorsAlone =
            noClasses()
                    .that()
                    .resideInAPackage(TENSORFLOW)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.flinkgpu..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            TENSORFLOW, MODEL, TENSOR, FAULT))));

    @ArchTest
    static final ArchRule onnxRuntimeStaysInItsPackage =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ONNX)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ONNX_RUNTIME);

    @ArchTest
    static final ArchRule onnxRuntimeKnowsModelsTensorsAndClassesOfErrorsAlone =
            noClasses()
                    .that()
                    .resideInAPackage(ONNX)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.flinkgpu..")
                                    .and(not(resideInAnyPackage(ONNX, MODEL, TENSOR, FAULT))));

    @ArchTest
    static final ArchRule theWriterOfOnnxFilesKnowsTensorsAlone =
            knowsAlone(ONNX_GRAPH, ONNX_GRAPH, TENSOR);

    @ArchTest
    static final ArchRule pythonRuntimeKnowsModelsTensorsPoliciesAndReadingOptionsAlone =
            knowsAlone(PYTHON, PYTHON, MODEL, TENSOR, FAULT, CONFIG, PROCESS);

    @ArchTest
    static final ArchRule theContractOfRuntimesKnowsModelsTensorsAndClassesOfErrorsAlone =
            knowsAlone(CONTRACT, CONTRACT, MODEL, TENSOR, FAULT);

    /** The contract's classes bring JUnit along. */
    @ArchTest
    static final ArchRule theContractOfRuntimesIsForTestsAlone =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(CONTRACT)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(CONTRACT, "org.junit..", "org.assertj..");

    @ArchTest
    static final ArchRule operatorDoesNotKnowTheRuntimesOfModels =
            noClasses()
                    .that()
                    .resideInAPackage(OPERATOR)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            TENSORFLOW,
                            ONNX,
                            PYTHON,
                            "io.flinkgpu.inference.model.simulated..",
                            "io.flinkgpu.inference.model.faulty..");

    @ArchTest
    static final ArchRule apiDoesNotKnowTheRuntimesOfModels =
            noClasses()
                    .that()
                    .resideInAPackage(API)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            TENSORFLOW,
                            ONNX,
                            PYTHON,
                            "io.flinkgpu.inference.model.simulated..",
                            "io.flinkgpu.inference.model.faulty..");

    @ArchTest
    static final ArchRule operatorKnowsOfPoolsWhatItsCoordinatorTells =
            noClasses()
                    .that()
                    .resideInAPackage(OPERATOR)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(PROTOCOL, SERVER, ROUTING, CLIENT, DISCOVERY, POOL_JOB);

    @ArchTest
    static final ArchRule sharingInAProcessKnowsTheJdkAlone =
            classes()
                    .that()
                    .resideInAPackage(PROCESS)
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(
                                    "java.lang..",
                                    "java.io..",
                                    "java.nio..",
                                    "java.util..",
                                    "java.time..",
                                    ANNOTATIONS,
                                    PROCESS));

    @ArchTest static final ArchRule theLineKnowsNothingElse = knowsAlone(LINE, LINE);

    @ArchTest static final ArchRule readingOptionsKnowsNothingElse = knowsAlone(CONFIG, CONFIG);

    @ArchTest
    static final ArchRule detectorsKnowHealthPoliciesAndDevicesAlone =
            knowsAlone(DETECTOR, DETECTOR, HEALTH, FAULT, RESOURCES);

    @ArchTest
    static final ArchRule detectorsDoNotKnowFlinksRuntime =
            noClasses()
                    .that()
                    .resideInAPackage(DETECTOR)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FLINK_RUNTIME);

    @ArchTest
    static final ArchRule healthKnowsPoliciesModelsAndDevicesAlone =
            knowsAlone(HEALTH, HEALTH, FAULT, MODEL, RESOURCES);

    @ArchTest
    static final ArchRule batchingKnowsTensorsAndPoliciesAlone =
            knowsAlone(BATCHING, BATCHING, TENSOR, FAULT);

    @ArchTest
    static final ArchRule batchingDoesNotKnowFlinksRuntime =
            noClasses()
                    .that()
                    .resideInAPackage(BATCHING)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FLINK_RUNTIME);

    @ArchTest static final ArchRule reuseKnowsTensorsAlone = knowsAlone(REUSE, REUSE, TENSOR);

    @ArchTest
    static final ArchRule reuseDoesNotKnowFlinksRuntime =
            noClasses()
                    .that()
                    .resideInAPackage(REUSE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FLINK_RUNTIME);

    @ArchTest
    static final ArchRule coordinatorKnowsPoolsTheirDiscoveryAndHealthAlone =
            knowsAlone(COORDINATOR, COORDINATOR, LINE, POOL, DISCOVERY, HEALTH, LEDGER);

    @ArchTest
    static final ArchRule whatTheLedgerIsToldKnowsFaultsAndTheVocabularyOfPoolsAlone =
            knowsAlone(LEDGER, LEDGER, HEALTH, POOL, STATE);

    @ArchTest
    static final ArchRule vocabularyOfPoolsKnowsModelsAlone =
            knowsAlone(POOL, POOL, MODEL, TENSOR, RESOURCES);

    @ArchTest
    static final ArchRule protocolKnowsTensorsAndTheVocabularyAlone =
            knowsAlone(PROTOCOL, PROTOCOL, POOL, TENSOR);

    @ArchTest
    static final ArchRule routingKnowsTheVocabularyAndPoliciesAlone =
            knowsAlone(ROUTING, ROUTING, POOL, FAULT);

    @ArchTest
    static final ArchRule routingIsPure =
            noClasses()
                    .that()
                    .resideInAPackage(ROUTING)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "org.apache.flink..",
                                            "io.grpc..",
                                            "com.linecorp..",
                                            "java.net..")
                                    .and(not(resideInAPackage(ANNOTATIONS))));

    @ArchTest
    static final ArchRule serverKnowsNeitherClientsNorJobs =
            knowsAlone(SERVER, SERVER, PROTOCOL, POOL, MODEL, TENSOR, FAULT, HEALTH, RESOURCES);

    @ArchTest
    static final ArchRule serverDoesNotKnowFlinksRuntime =
            noClasses()
                    .that()
                    .resideInAPackage(SERVER)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FLINK_RUNTIME);

    @ArchTest
    static final ArchRule clientDoesNotKnowTheServer =
            noClasses()
                    .that()
                    .resideInAPackage(CLIENT)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SERVER, DISCOVERY, POOL_JOB);

    @ArchTest
    static final ArchRule theWireStaysBehindProtocolServerAndClient =
            noClasses()
                    .that()
                    .resideInAPackage(INFERENCE)
                    .and()
                    .resideOutsideOfPackages(PROTOCOL, SERVER, CLIENT)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.grpc..", "com.linecorp..");

    /** The facade builds the operator, which reads what the facade was told: they are one. */
    @ArchTest
    static final ArchRule packagesFormNoCycles =
            SlicesRuleDefinition.slices()
                    .assignedFrom(
                            new SliceAssignment() {
                                @Override
                                public SliceIdentifier getIdentifierOf(JavaClass type) {
                                    String room = type.getPackageName();
                                    return SliceIdentifier.of(
                                            room.equals(API + ".operator") ? API : room);
                                }

                                @Override
                                public String getDescription() {
                                    return "packages";
                                }
                            })
                    .should()
                    .beFreeOfCycles();

    @ArchTest
    static final ArchRule publicTypesSayWhomTheyAreFor =
            classes()
                    .that()
                    .arePublic()
                    .and()
                    .areTopLevelClasses()
                    .and()
                    .resideOutsideOfPackage("io.flinkgpu.inference.pool.protocol.grpc..")
                    .should()
                    .beAnnotatedWith(PublicEvolving.class)
                    .orShould()
                    .beAnnotatedWith(Internal.class);

    @ArchTest
    static final ArchRule classesAreNamedAfterWhatTheyDo =
            noClasses()
                    .should()
                    .haveSimpleNameEndingWith("Impl")
                    .orShould()
                    .haveSimpleNameEndingWith("Helper")
                    .orShould()
                    .haveSimpleNameEndingWith("Utils")
                    .orShould()
                    .haveSimpleNameEndingWith("Manager");

    @ArchTest
    static void everyModuleIsLookedAt(JavaClasses imported) {
        for (String floor :
                List.of(
                        "resources",
                        "state",
                        "inference",
                        "table",
                        "connectors",
                        "examples",
                        "job",
                        "deploy",
                        "benchmarks")) {
            assertThat(imported)
                    .as("classes of " + floor)
                    .anyMatch(type -> type.getPackageName().startsWith("io.flinkgpu." + floor));
        }
    }

    @ArchTest
    static void roomsImportFromThoseAboveThemInTheDocument(JavaClasses imported)
            throws IOException {
        for (String floor : List.of("table", "connectors", "job")) {
            assertThat(ArchitectureDocTest.importsFromBelow(imported, "io.flinkgpu." + floor))
                    .as("rooms of " + floor)
                    .isEmpty();
        }
    }

    @Test
    void everyPackageSaysWhoLivesThere() throws IOException {
        Map<Path, Boolean> described = new TreeMap<>();
        for (Path file : mainSources()) {
            boolean describes = file.getFileName().toString().equals("package-info.java");
            described.merge(file.getParent(), describes, Boolean::logicalOr);
        }

        assertThat(described).hasSizeGreaterThan(10);
        assertThat(described)
                .allSatisfy((directory, has) -> assertThat(has).as(directory.toString()).isTrue());
    }

    /**
     * Of our own packages, {@code room} imports these, what reads options, what a process shares,
     * and no other.
     */
    private static ArchRule knowsAlone(String room, String... known) {
        return noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.flinkgpu..")
                                .and(not(resideInAnyPackage(CONFIG, PROCESS)))
                                .and(not(resideInAnyPackage(known))));
    }

    private static ArchRule floor(String module, String... notBelow) {
        return noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(notBelow);
    }

    /** Java files under {@code src/main/java} of every module. */
    static Set<Path> mainSources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..").toRealPath())) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/main/java/"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
