package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TFloat32;

class DevicePlacementTest {

    private static final ModelDevice SECOND = simulated(1);

    @TempDir private Path directory;

    @Test
    void leavesAModelOnTheFirstDeviceWhereItIs() throws Exception {
        try (DevicePlacement placement = DevicePlacement.of(directory, simulated(0))) {
            assertThat(placement.directory()).isEqualTo(directory);
        }
        assertThat(directory).exists();
    }

    @Test
    void pinsEveryNodeToTheDevice() throws Exception {
        TestingSavedModels.linear(directory);

        try (DevicePlacement placement = DevicePlacement.of(directory, SECOND)) {
            assertThat(devicesOfNodes(placement.directory())).containsExactly("/device:CPU:1");
            assertThat(placement.directory().resolve("variables")).isSymbolicLink();
        }
        ModelDevice gpu = new ModelDevice("g", ModelDevice.Kind.GPU, 2, 0, 1);
        try (DevicePlacement placement = DevicePlacement.of(directory, gpu)) {
            assertThat(devicesOfNodes(placement.directory())).containsExactly("/device:GPU:2");
        }
    }

    @Test
    void removesTheCopyAndLeavesTheModel() throws Exception {
        TestingSavedModels.linear(directory);
        Path copy;

        try (DevicePlacement placement = DevicePlacement.of(directory, SECOND)) {
            copy = placement.directory();
            assertThat(copy).isNotEqualTo(directory).exists();
        }

        assertThat(copy).doesNotExist();
        assertThat(directory.resolve("variables/variables.index")).exists();
        assertThat(devicesOfNodes(directory)).containsExactly("");
    }

    @Test
    void findsAssetsAndTablesOnEveryDeviceAlsoInARun() throws Exception {
        Path exported = TextSavedModels.vocabulary(directory, "zero", "one", "two");
        ModelRef ref = ModelRef.savedModel(exported.toString());

        for (ModelDevice device : List.of(simulated(0), SECOND)) {
            try (LoadedModel model = new TensorFlowRuntime().load(ref, device)) {
                TensorBatch words =
                        TensorBatch.of("text", Tensor.ofStrings(Shape.of(2), "two", "ten"));
                TensorBatch answers = model.run(List.of(words));

                assertThat(answers.tensor("line").toLongs()).containsExactly(2, -1);
                assertThat(answers.tensor("asset").toStrings()).containsOnly("zero\none\ntwo\n");
            }
        }
    }

    @Test
    void leavesLinksAloneBehindWhileAModelIsOpenAndNothingThen() throws Exception {
        TestingSavedModels.linear(directory);

        DevicePlacement placement = DevicePlacement.of(directory, SECOND);
        placement.dropGraph();
        try (Stream<Path> left = Files.list(placement.directory())) {
            assertThat(left).isNotEmpty().allMatch(Files::isSymbolicLink);
        }
        placement.close();

        assertThat(placement.directory()).doesNotExist();
        assertThat(directory.resolve("saved_model.pb")).exists();
    }

    @Test
    void reportsAGraphThatItCannotRead() throws Exception {
        Files.write(directory.resolve("saved_model.pb"), new byte[] {9, 9, 9});

        assertThatThrownBy(() -> DevicePlacement.of(directory, SECOND))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theGraphRunsOnTheDevice() throws Exception {
        TestingSavedModels.linear(directory);

        assertThat(devicesOfARun(simulated(0)))
                .containsExactly("/job:localhost/replica:0/task:0/device:CPU:0");
        assertThat(devicesOfARun(SECOND))
                .containsExactly("/job:localhost/replica:0/task:0/device:CPU:1");
    }

    @Test
    void aModelOnTheSecondDeviceAnswersTheSame() throws Exception {
        ModelRef ref = ModelRef.savedModel(TestingSavedModels.linear(directory).toString());

        try (LoadedModel model = new TensorFlowRuntime().load(ref, SECOND)) {
            TensorBatch batch = TensorBatch.of("x", Tensor.ofFloats(Shape.of(1, 3), 1, 2, 3));
            assertThat(model.run(List.of(batch)).tensor("y").toFloats()).containsExactly(3, 5, 7);
        }
    }

    private Set<String> devicesOfARun(ModelDevice device) throws Exception {
        ModelRef ref = ModelRef.savedModel(directory.toString());
        try (DevicePlacement placement = DevicePlacement.of(directory, device);
                SavedModelBundle bundle =
                        SavedModelBundle.loader(placement.directory().toString())
                                .withTags("serve")
                                .withConfigProto(SessionConfig.of(ref, device))
                                .load()) {
            SignatureDef signature =
                    bundle.metaGraphDef().getSignatureDefOrThrow("serving_default");
            try (TFloat32 x = TFloat32.tensorOf(org.tensorflow.ndarray.Shape.of(1, 3));
                    Result result =
                            bundle.session()
                                    .runner()
                                    .feed(signature.getInputsOrThrow("x").getName(), x)
                                    .fetch(signature.getOutputsOrThrow("y").getName())
                                    .setOptions(
                                            RunOptions.newBuilder()
                                                    .setTraceLevel(RunOptions.TraceLevel.FULL_TRACE)
                                                    .build())
                                    .runAndFetchMetadata()) {
                return result.getMetadata().orElseThrow().getStepStats().getDevStatsList().stream()
                        .filter(DevicePlacementTest::ranNodesOfTheGraph)
                        .map(DeviceStepStats::getDevice)
                        .collect(Collectors.toSet());
            }
        }
    }

    /**
     * Feeds and fetches pass through the host, in nodes that TensorFlow names with an underscore.
     */
    private static boolean ranNodesOfTheGraph(DeviceStepStats device) {
        return device.getNodeStatsList().stream()
                .anyMatch(node -> !node.getNodeName().startsWith("_"));
    }

    private static Set<String> devicesOfNodes(Path directory) throws IOException {
        byte[] graph = Files.readAllBytes(directory.resolve("saved_model.pb"));
        return SavedModel.parseFrom(graph).getMetaGraphs(0).getGraphDef().getNodeList().stream()
                .map(NodeDef::getDevice)
                .collect(Collectors.toSet());
    }

    private static ModelDevice simulated(int ordinal) {
        return new ModelDevice("s" + ordinal, ModelDevice.Kind.SIMULATED_GPU, ordinal, 0, 1);
    }
}
