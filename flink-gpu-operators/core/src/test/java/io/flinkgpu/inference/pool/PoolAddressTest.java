package io.flinkgpu.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolAddressTest {

    @Test
    void readsAllParts() {
        assertThat(PoolAddress.parse("FLINK://jobmanager:8081/digits?weight=2.5"))
                .isEqualTo(new PoolAddress("flink", "jobmanager:8081", "digits", 2.5));
    }

    @Test
    void needsNeitherNameNorWeight() {
        assertThat(PoolAddress.parse("static://gpu-1:9000,gpu-2:9000"))
                .isEqualTo(new PoolAddress("static", "gpu-1:9000,gpu-2:9000", "", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flink://jobmanager:8081/digits",
                "static://gpu-1:9000,gpu-2:9000",
                "dns://replicas.example.org:9000?weight=0.5"
            })
    void printsWhatItReads(String text) {
        assertThat(PoolAddress.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "jobmanager:8081/digits, It must be a URI such as flink://jobmanager:8081/digits.",
        "'flink://job manager/digits', It must be a URI such as flink://jobmanager:8081/digits.",
        "static://a:1?weight=0, Its weight must be a number above 0.",
        "static://a:1?weight=much, Its weight must be a number above 0.",
        "static://a:1?share=1, The only parameter is 'weight'."
    })
    void refusesWhatIsNoAddress(String text, String wayOut) {
        assertThatThrownBy(() -> PoolAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid pool address: '" + text + "'. " + wayOut);
    }
}
