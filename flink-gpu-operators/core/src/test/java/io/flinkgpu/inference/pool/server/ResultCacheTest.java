package io.flinkgpu.inference.pool.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ResultCacheTest {

    private static final long MAX_AGE = 100;

    /** Two answers of one float fit, three do not. */
    private static final long TWO_ANSWERS = 2 * (256 + Float.BYTES);

    private final AtomicLong clock = new AtomicLong();
    private final ResultCache cache = new ResultCache(TWO_ANSWERS, MAX_AGE, clock::get);

    @Test
    void givesWhatWasPutInUnderTheSameKeyAlone() {
        put("a", 1);

        assertThat(get("a")).isEqualTo(1);
        assertThat(cache.get(key("b"))).isEmpty();
        assertThat(cache.get(new ResultCache.Key(model("2"), "a", List.of()))).isEmpty();
        assertThat(cache.get(new ResultCache.Key(model("1"), "a", List.of("y")))).isEmpty();
    }

    @Test
    void givesAnAnswerAgainAfterItsReceiverClosedIt() {
        put("a", 1);

        cache.get(key("a")).orElseThrow().close();

        assertThat(get("a")).isEqualTo(1);
    }

    @Test
    void dropsTheOldestWhenItIsFull() {
        put("a", 1);
        put("b", 2);
        put("c", 3);

        assertThat(cache.get(key("a"))).isEmpty();
        assertThat(get("b")).isEqualTo(2);
        assertThat(get("c")).isEqualTo(3);
        assertThat(cache.bytes()).isEqualTo(TWO_ANSWERS);
    }

    @Test
    void countsARepeatOnce() {
        put("a", 1);
        put("a", 2);

        assertThat(get("a")).isEqualTo(2);
        assertThat(cache.bytes()).isEqualTo(TWO_ANSWERS / 2);
    }

    @Test
    void forgetsWhatIsTooOld() {
        put("a", 1);
        clock.addAndGet(MAX_AGE - 1);
        assertThat(get("a")).isEqualTo(1);

        clock.addAndGet(1);

        assertThat(cache.get(key("a"))).isEmpty();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void leavesOutWhatExceedsItsBoundAlone() {
        put("a", 1);
        cache.put(key("large"), response(new float[(int) TWO_ANSWERS]));

        assertThat(cache.get(key("large"))).isEmpty();
        assertThat(get("a")).isEqualTo(1);
    }

    private void put(String id, float value) {
        cache.put(key(id), response(value));
    }

    private float get(String id) {
        try (TensorBatch outputs = cache.get(key(id)).orElseThrow()) {
            return outputs.onlyTensor().toFloats()[0];
        }
    }

    private static InferResponse response(float... values) {
        Tensor tensor = Tensor.ofFloats(Shape.of(1, values.length), values);
        return new InferResponse(model("1"), "", Map.of(), TensorBatch.of("y", tensor));
    }

    private static ResultCache.Key key(String id) {
        return new ResultCache.Key(model("1"), id, List.of());
    }

    private static ServedModel model(String version) {
        return new ServedModel("m", version);
    }
}
