package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ModelRefTest {

    @Test
    void namesASavedModelAtItsDefaultSignature() {
        assertThat(ModelRef.savedModel("/models/digits"))
                .isEqualTo(
                        new ModelRef("tensorflow", "/models/digits", "serving_default", Map.of()))
                .hasToString("tensorflow:/models/digits#serving_default");
    }

    @Test
    void namesAnOnnxFileAtItsDefaultSignature() {
        assertThat(ModelRef.onnx("/models/digits.onnx"))
                .isEqualTo(
                        new ModelRef("onnx", "/models/digits.onnx", "serving_default", Map.of()));
    }

    @Test
    void parsesTheRuntimeByNameOrByTheLocationsEnd() {
        assertThat(ModelRef.parse("/models/digits"))
                .isEqualTo(ModelRef.savedModel("/models/digits"));
        assertThat(ModelRef.parse("digits.onnx")).isEqualTo(ModelRef.onnx("digits.onnx"));
        assertThat(ModelRef.parse("/models/digits.ort"))
                .isEqualTo(ModelRef.onnx("/models/digits.ort"));
        assertThat(ModelRef.parse("onnx:/models/digits"))
                .isEqualTo(ModelRef.onnx("/models/digits"));
        assertThat(ModelRef.parse("tensorflow:odd.onnx"))
                .isEqualTo(ModelRef.savedModel("odd.onnx"));
        assertThat(ModelRef.parse("./onnx:odd")).isEqualTo(ModelRef.savedModel("./onnx:odd"));
    }

    @Test
    void parsesUris() {
        for (String uri :
                new String[] {
                    "s3://models/digits", "file:/models/digits", "file:///models/digits"
                }) {
            assertThat(ModelRef.parse(uri)).isEqualTo(ModelRef.savedModel(uri));
            assertThat(ModelRef.parse("onnx:" + uri + "#embed"))
                    .isEqualTo(ModelRef.onnx(uri).withSignature("embed"));
            assertThat(ModelRef.parse(uri + "/m.onnx")).isEqualTo(ModelRef.onnx(uri + "/m.onnx"));
        }
    }

    @Test
    void parsesASignatureAndWhatItPrints() {
        ModelRef model = ModelRef.savedModel("/models/#1/digits").withSignature("embed");

        assertThat(ModelRef.parse("/models/#1/digits"))
                .isEqualTo(model.withSignature("serving_default"));
        assertThat(ModelRef.parse("/models/#1/digits#embed")).isEqualTo(model);
        assertThat(ModelRef.parse(model.toString())).isEqualTo(model);
        assertThat(ModelRef.parse("digits.onnx#embed"))
                .isEqualTo(ModelRef.onnx("digits.onnx").withSignature("embed"));
    }

    @Test
    void refusesATextWithoutALocation() {
        for (String text : new String[] {"", " ", "onnx: "}) {
            assertThatThrownBy(() -> ModelRef.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Invalid model: '%s'. Write [RUNTIME:]LOCATION[#SIGNATURE]."
                                    .formatted(text));
        }
    }

    @Test
    void isServedUnderTheLastPartOfItsLocation() {
        assertThat(ModelRef.savedModel("/models/digits/3").servedName()).isEqualTo("digits");
        assertThat(ModelRef.savedModel("/models/digits/3").servedVersion()).isEqualTo("3");
        assertThat(ModelRef.onnx("/models/digits/3").servedName()).isEqualTo("digits");
        assertThat(ModelRef.onnx("/models/digits.v2.onnx").servedName()).isEqualTo("digits.v2");
        assertThat(ModelRef.onnx("digits.ort").servedName()).isEqualTo("digits");
        assertThat(ModelRef.savedModel("digits.onnx").servedName()).isEqualTo("digits.onnx");
    }

    @Test
    void changesOneThingAtATime() {
        ModelRef model = ModelRef.savedModel("digits").withSignature("embed").withOption("a", "1");

        assertThat(model)
                .isEqualTo(new ModelRef("tensorflow", "digits", "embed", Map.of("a", "1")));
        assertThat(model.withOption("a", "2").options()).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void readsPythonCode() {
        ModelRef file = ModelRef.python("/models/digits.py:Digits");

        assertThat(ModelRef.parse("/models/digits.py:Digits")).isEqualTo(file);
        assertThat(ModelRef.parse("python:/models/digits.py:Digits")).isEqualTo(file);
        assertThat(ModelRef.parse(file.toString())).isEqualTo(file);
        assertThat(ModelRef.parse("python:models.digits:Digits"))
                .isEqualTo(ModelRef.python("models.digits:Digits"));
        assertThat(ModelRef.parse("/models/digits#embed"))
                .isEqualTo(ModelRef.savedModel("/models/digits").withSignature("embed"));
    }

    @Test
    void isServedAsTheNameOfItsCode() {
        assertThat(ModelRef.python("/models/3/sentiment.py:Sentiment"))
                .satisfies(model -> assertThat(model.servedName()).isEqualTo("Sentiment"))
                .satisfies(model -> assertThat(model.servedVersion()).isEmpty());
        assertThat(ModelRef.python("models.sentiment:Sentiment").servedName())
                .isEqualTo("Sentiment");
    }

    @Test
    void keepsItsOptionsFromChanges() {
        Map<String, String> options = new HashMap<>(Map.of("a", "1"));
        ModelRef model = new ModelRef("tensorflow", "digits", "embed", options);

        options.put("a", "2");

        assertThat(model.options()).isEqualTo(Map.of("a", "1"));
        assertThatThrownBy(() -> model.options().put("a", "2"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusesBlanks() {
        assertThatThrownBy(() -> ModelRef.savedModel(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid model location: ' '. It must not be blank.");
        assertThatThrownBy(() -> ModelRef.savedModel("digits").withSignature(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid model signature: ''. It must not be blank.");
        assertThatThrownBy(() -> new ModelRef(null, "digits", "embed", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid model runtime: 'null'. It must not be blank.");
    }

    @Test
    void asksForAVersion() {
        ModelRef model = ModelRef.savedModel("/models/digits");

        assertThat(model.version()).isEmpty();
        assertThat(model.servedVersion()).isEmpty();
        assertThat(model.withVersion(3).version()).isEqualTo("3");
        assertThat(model.withVersion(3).servedVersion()).isEqualTo("3");
        assertThat(model.withVersion(3).servedName()).isEqualTo("digits");
        assertThat(model.withVersion("latest").servedVersion()).isEmpty();
        assertThat(ModelRef.savedModel("s3://models/digits/3").servedVersion()).isEqualTo("3");
        assertThat(ModelRef.savedModel("s3://models/digits/3").servedName()).isEqualTo("digits");
    }

    @Test
    void refusesWhatIsNoVersionOrChecksum() {
        ModelRef model = ModelRef.savedModel("digits");

        assertThatThrownBy(() -> model.withVersion("newest"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid model version: 'newest'. It must be a number or 'latest'.");
        assertThatThrownBy(() -> model.withVersion(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid model version: '-1'.");
        assertThatThrownBy(() -> model.withSha256("abc"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid model checksum: 'abc'. It must be a SHA-256 in 64 hexadecimal digits.");
    }

    @Test
    void takesAChecksumInCapitals() {
        assertThat(ModelRef.savedModel("digits").withSha256("A".repeat(64)))
                .isEqualTo(ModelRef.savedModel("digits").withSha256("a".repeat(64)));
    }

    @Test
    void isTheSameModelAfterSerialisation() throws Exception {
        ModelRef model = ModelRef.savedModel("digits").withOption("a", "1");

        assertThat(InstantiationUtil.clone(model)).isEqualTo(model);
    }
}
