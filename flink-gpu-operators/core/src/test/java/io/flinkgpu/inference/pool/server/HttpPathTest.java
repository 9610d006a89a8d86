package io.flinkgpu.inference.pool.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPathTest {

    @ParameterizedTest
    @CsvSource({
        "/v2, SERVER, '', ''",
        "/v2/, SERVER, '', ''",
        "/v2/health/live/, LIVE, '', ''",
        "/v2/health/ready, READY, '', ''",
        "/v2/models/m, MODEL, m, ''",
        "/v2/models/m/, MODEL, m, ''",
        "/v2/models/m/versions/2, MODEL, m, 2",
        "/v2/models/m/ready, MODEL_READY, m, ''",
        "/v2/models/m/versions/2/infer/, INFER, m, 2",
        "/v2/models/team/m/infer, INFER, team/m, ''",
        "/v2/models/team%2Fm/infer, INFER, team/m, ''",
        "/v2/models/team%2fready, MODEL, team/ready, ''",
        "/v2/models/a%20b+c, MODEL, a b+c, ''",
        "/v2/models/team/m/versions/2/config, CONFIG, team/m, 2",
        "/v2/models/stats, STATISTICS, '', ''",
        "/v2/models/m/stats, STATISTICS, m, ''",
        "/v2/models/infer, MODEL, infer, ''",
        "/v2/repository/index, INDEX, '', ''",
        "/v2/repository/models/team/m/load, LOAD, team/m, ''",
        "/v2/repository/models/m/unload, UNLOAD, m, ''",
    })
    void readsWhatIsAskedFor(String path, HttpPath.Call call, String model, String version) {
        assertThat(HttpPath.parse(path)).contains(new HttpPath(call, model, version));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v2/nothing",
                "/v2/health",
                "/v2/models",
                "/v2/repository/models/m"
            })
    void otherPathsAreNone(String path) {
        assertThat(HttpPath.parse(path)).isEmpty();
    }

    @Test
    void refusesABadEncoding() {
        assertThatThrownBy(() -> HttpPath.parse("/v2/models/%zz"))
                .hasMessageContaining("Invalid path segment: '%zz'");
    }
}
