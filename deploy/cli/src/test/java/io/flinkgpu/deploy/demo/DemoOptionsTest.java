package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoOptionsTest {

    @TempDir private Path directory;

    @AfterEach
    void forgetDistribution() {
        System.clearProperty(Distribution.HOME_PROPERTY);
    }

    @Test
    void defaultsAreThoseOfTheExample() {
        System.setProperty(Distribution.HOME_PROPERTY, "src/main/dist");

        DemoConfig config = TestingArguments.parse().toConfig();

        assertThat(config.input()).isEqualTo(DemoCli.DIGITS.resolve("test.txt"));
        assertThat(config.profiles()).isEqualTo(DemoCli.DIGITS.resolve("profiles.yaml"));
        assertThat(config.output().getParent())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".flink-gpu", "demo"));
        assertThat(config.parallelism()).isEqualTo(2);
        assertThat(config.repeat()).isEqualTo(DemoOptions.DEFAULT_REPEAT);
        assertThat(config.batchSize()).isEqualTo(32);
        assertThat(config.model())
                .isEqualTo(
                        new ImageModel(
                                ModelRef.savedModel(DemoCli.DIGITS.resolve("model").toString()),
                                "probabilities",
                                ImageDecoding.of(32, 32, 1)));
    }

    @Test
    void aModelThatIsNotHereIsLookedForBesideTheExamples() {
        System.setProperty(Distribution.HOME_PROPERTY, "src/main/dist");

        assertThat(model("digits.onnx"))
                .isEqualTo(ModelRef.onnx(DemoCli.DIGITS.resolve("digits.onnx").toString()));
        assertThat(model("digits.py:Digits"))
                .isEqualTo(ModelRef.python(DemoCli.DIGITS.resolve("digits.py") + ":Digits"));
        assertThat(model("mine.py:Mine")).isEqualTo(ModelRef.python("mine.py:Mine"));
    }

    @Test
    void filesOfTheUserAreReadOnce() {
        assertThat(TestingArguments.parse(TestingArguments.complete(directory)).toConfig().repeat())
                .isOne();
    }

    @Test
    void everyOptionReachesTheConfiguration() {
        DemoConfig config =
                TestingArguments.parse(
                                TestingArguments.complete(
                                        directory,
                                        "--parallelism=3",
                                        "--repeat=4",
                                        "--batch-size=5",
                                        "--image-size=6",
                                        "--channels=3",
                                        "--max-pixels=8",
                                        "--signature=sig",
                                        "--scores=",
                                        "--mode=separated",
                                        "--pool=flink://jobmanager:8082/digits",
                                        "-D",
                                        "inference.deadline=3 s",
                                        "-Dstate.backend.type=hashmap"))
                        .toConfig();

        assertThat(config)
                .isEqualTo(
                        new DemoConfig(
                                directory.resolve("images"),
                                directory.resolve("output"),
                                directory.resolve("profiles.yaml"),
                                new ImageModel(
                                        ModelRef.savedModel(directory.resolve("model").toString())
                                                .withSignature("sig"),
                                        "",
                                        ImageDecoding.of(6, 6, 3).withMaxPixels(8)),
                                3,
                                4,
                                5,
                                InferenceMode.SEPARATED,
                                List.of(PoolAddress.parse("flink://jobmanager:8082/digits")),
                                Map.of(
                                        "inference.deadline", "3 s",
                                        "state.backend.type", "hashmap")));
    }

    @Test
    void jobIsToldEverythingThatConcernsIt() {
        DemoConfig config =
                TestingArguments.parse(
                                TestingArguments.complete(
                                        directory,
                                        "--repeat=4",
                                        "--batch-size=5",
                                        "--image-size=6",
                                        "--channels=3",
                                        "--max-pixels=8",
                                        "--signature=sig",
                                        "--scores="))
                        .toConfig();

        assertThat(config.jobArguments().toMap())
                .containsOnly(
                        entry("input", directory.resolve("images").toString()),
                        entry("output", directory.resolve("output").toString()),
                        entry("model", "tensorflow:" + directory.resolve("model") + "#sig"),
                        entry("profiles", directory.resolve("profiles.yaml").toString()),
                        entry("repeat", "4"),
                        entry("batch-size", "5"),
                        entry("image-size", "6"),
                        entry("channels", "3"),
                        entry("max-pixels", "8"),
                        entry("scores", ""));
    }

    @Test
    void severalPoolsAreSeparatedBySemicolonsEverywhere() {
        List<PoolAddress> both =
                List.of(
                        PoolAddress.parse("static://gpu-1:9000,gpu-2:9000"),
                        PoolAddress.parse("flink://jobmanager:8082/digits?weight=3"));
        String text = "static://gpu-1:9000,gpu-2:9000; flink://jobmanager:8082/digits?weight=3;";

        assertThat(TestingArguments.parse().poolAddresses(text)).isEqualTo(both);
        assertThat(TestingArguments.parse("--pool=" + text).poolAddresses(null)).isEqualTo(both);
        assertThat(TestingArguments.parse("--pool=").poolAddresses(text)).isEmpty();
        assertThat(TestingArguments.parse().poolAddresses(null)).isEmpty();
    }

    @Test
    void addressesSeparatedByCommasAreNoNameOfPool() {
        DemoOptions options =
                TestingArguments.parse("--pool=flink://a:8082/digits,flink://b:8082/digits");

        assertThatThrownBy(() -> options.poolAddresses(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid pool address: 'flink://a:8082/digits,flink://b:8082/digits'. Several addresses are separated by semicolons.");
    }

    @Test
    void refusesOptionsThatTheDemoSetsItself() {
        DemoOptions options =
                TestingArguments.parse(
                        TestingArguments.complete(directory, "-Dinference.batch.max-size=64"));

        assertThatThrownBy(options::toConfig)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid -D inference.batch.max-size=64. Use --batch-size.");
    }

    @Test
    void refusesUnknownMode() {
        DemoOptions options =
                TestingArguments.parse(TestingArguments.complete(directory, "--mode=remote"));

        assertThatThrownBy(options::toConfig)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid --mode: remote. It must be one of [fused, separated].");
    }

    @Test
    void namesEveryNumberOutOfRange() {
        DemoOptions options =
                TestingArguments.parse(
                        TestingArguments.complete(
                                directory, "--parallelism=0", "--repeat=-1", "--batch-size=0"));

        assertThatThrownBy(options::toConfig)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid --parallelism: 0. It must be at least 1."
                                + " Invalid --repeat: -1. It must be at least 1."
                                + " Invalid --batch-size: 0. It must be at least 1.");
    }

    @Test
    void refusesOtherChannelsThanOneAndThree() {
        DemoOptions options =
                TestingArguments.parse(TestingArguments.complete(directory, "--channels=2"));

        assertThatThrownBy(options::toConfig).hasMessageStartingWith("Invalid channels: 2.");
    }

    private static ModelRef model(String text) {
        return TestingArguments.parse("--model=" + text).toConfig().model().reference();
    }
}
