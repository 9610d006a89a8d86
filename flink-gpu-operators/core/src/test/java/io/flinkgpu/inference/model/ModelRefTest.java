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
    void changesOneThingAtATime() {
        ModelRef model = ModelRef.savedModel("digits").withSignature("embed").withOption("a", "1");

        assertThat(model)
                .isEqualTo(new ModelRef("tensorflow", "digits", "embed", Map.of("a", "1")));
        assertThat(model.withOption("a", "2").options()).isEqualTo(Map.of("a", "2"));
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
    void isTheSameModelAfterSerialisation() throws Exception {
        ModelRef model = ModelRef.savedModel("digits").withOption("a", "1");

        assertThat(InstantiationUtil.clone(model)).isEqualTo(model);
    }
}
