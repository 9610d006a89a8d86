package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsBatch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.Merging;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.pool.ServedModel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ModelCatalogTest {

    private static final ServedModel LATEST = new ServedModel("digits", ServedModel.LATEST);

    private final ModelCatalog catalog = new ModelCatalog();

    @Test
    void takesTheHighestNumberForTheLatestVersion() {
        ModelCopy ninth = add("digits", "9", new ManualLocalModel().loaded());
        ModelCopy tenth = add("digits", "10", new ManualLocalModel().loaded());

        assertThat(catalog.find(LATEST)).containsExactly(tenth);
        assertThat(catalog.find(new ServedModel("digits", "9"))).containsExactly(ninth);
        assertThat(catalog.versions("digits")).containsExactly("9", "10");
    }

    @Test
    void takesTheHighestThatIsLoadedForTheLatestVersion() {
        ModelCopy first = add("digits", "1", new ManualLocalModel().loaded());
        ManualLocalModel loading = new ManualLocalModel();
        ModelCopy second = add("digits", "2", loading);
        assertThat(catalog.find(LATEST)).containsExactly(first);

        loading.loaded();
        assertThat(catalog.find(LATEST)).containsExactly(second);
    }

    @Test
    void findsAllCopiesOfAVersion() {
        ModelCopy one = add("digits", "1", new ManualLocalModel().loaded());
        ModelCopy two = add("digits", "1", new ManualLocalModel().loaded());

        catalog.remove(List.of(one));

        assertThat(catalog.find(LATEST)).containsExactly(two);
    }

    @Test
    void namesWhatIsServedToWhoAsksForSomethingElse() {
        add("digits", "1", new ManualLocalModel().loaded());
        add("digits", "2", new ManualLocalModel().loaded());
        add("letters", "1", new ManualLocalModel().loaded());

        assertThatThrownBy(() -> catalog.find(new ServedModel("digits", "3")))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage(
                        "NOT_FOUND: Cannot find model 'digits version 3': this server has"
                                + " digits [1, 2], letters [1].");
    }

    @Test
    void namesAFewOfManyModels() {
        for (int i = 10; i < 39; i++) {
            add("m" + i, "1", new ManualLocalModel().loaded());
        }

        assertThatThrownBy(() -> catalog.find(LATEST))
                .hasMessageContaining("this server has m10 [1], m11 [1], ")
                .hasMessageEndingWith("m17 [1] and 21 more.");
    }

    @Test
    void knowsWhatItHas() {
        add("digits", "2", new ManualLocalModel());

        assertThat(catalog.look(LATEST)).isPresent();
        assertThat(catalog.look(new ServedModel("digits", "2"))).isPresent();
        assertThat(catalog.look(new ServedModel("digits", "1"))).isEmpty();
        assertThat(catalog.look(new ServedModel("letters", ""))).isEmpty();
    }

    @Test
    void hasNothingWhenTheLastCopyIsGone() {
        ModelCopy only = add("digits", "1", new ManualLocalModel().loaded());

        catalog.remove(List.of(only));

        assertThatThrownBy(() -> catalog.find(LATEST))
                .hasMessage("NOT_FOUND: Cannot find model 'digits': this server has none.");
        assertThat(catalog.versions("digits")).isEmpty();
        assertThat(catalog.isReady()).isFalse();
    }

    @Test
    void isReadyWhenEachModelHasACopyThatIs() {
        ManualLocalModel loading = new ManualLocalModel();
        add("digits", "1", new ManualLocalModel().loaded());
        add("letters", "1", loading);
        assertThat(catalog.isReady()).isFalse();

        loading.loaded();
        assertThat(catalog.isReady()).isTrue();
    }

    @Test
    void staysReadyWithOneCopyOutOfOrder() {
        ManualLocalModel stuck = new ManualLocalModel().loaded();
        add("digits", "1", stuck);
        stuck.activity = new ModelActivity(0, 1, Duration.ofHours(1), Duration.ZERO);
        assertThat(catalog.isReady()).isFalse();

        add("digits", "1", new ManualLocalModel().loaded());
        assertThat(catalog.isReady()).isTrue();
    }

    @Test
    void isNotReadyWhileItsOnlyCopyDrains() {
        ModelCopy copy = add("digits", "1", new ManualLocalModel().loaded());
        assertThat(copy.infer(pairsBatch(1), Deadline.none(), Deadline.none(), Merging.ALLOWED))
                .isPresent();

        CompletableFuture<Void> drained = copy.drain();

        assertThat(drained).isNotDone();
        assertThat(catalog.isReady()).isFalse();
    }

    private ModelCopy add(String name, String version, ManualLocalModel model) {
        ModelCopy copy =
                new ModelCopy(
                        new ServedModel(name, version),
                        "manual",
                        model,
                        new Admission(100),
                        Duration.ofMinutes(1),
                        8);
        catalog.add(List.of(copy));
        return copy;
    }
}
