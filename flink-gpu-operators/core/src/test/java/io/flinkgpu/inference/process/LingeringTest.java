package io.flinkgpu.inference.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.core.testutils.ManuallyTriggeredScheduledExecutorService;
import org.junit.jupiter.api.Test;

class LingeringTest {

    private static final Duration LINGER = Duration.ofSeconds(30);

    private final ManuallyTriggeredScheduledExecutorService timer =
            new ManuallyTriggeredScheduledExecutorService();
    private final Set<String> unusable = new HashSet<>();
    private final List<String> retired = new ArrayList<>();
    private final Lingering<String, String> values =
            new Lingering<>(timer, unusable::contains, retired::add);
    private int made;

    @Test
    void sharesTheValueOfAKey() {
        Lingering<String, String>.Share first = acquire("a");
        Lingering<String, String>.Share second = acquire("a");
        Lingering<String, String>.Share other = acquire("b");

        assertThat(second.value()).isSameAs(first.value());
        assertThat(other.value()).isNotEqualTo(first.value());
        assertThat(values.size()).isEqualTo(2);
    }

    @Test
    void retiresAValueALingerTimeAfterItsLastUser() {
        Lingering<String, String>.Share first = acquire("a");
        Lingering<String, String>.Share second = acquire("a");

        first.release(LINGER);
        timer.triggerScheduledTasks();
        second.release(LINGER);
        assertThat(retired).isEmpty();
        timer.triggerScheduledTasks();

        assertThat(retired).containsExactly("a1");
        assertThat(values.size()).isZero();
    }

    @Test
    void aUserInTheLingerTimeTakesTheValueOver() {
        acquire("a").release(LINGER);

        Lingering<String, String>.Share later = acquire("a");
        timer.triggerScheduledTasks();

        assertThat(later.value()).isEqualTo("a1");
        assertThat(retired).isEmpty();
    }

    @Test
    void showsTheLongestUnusedFirst() {
        acquire("used");
        Lingering<String, String>.Share later = acquire("a");
        acquire("b").release(LINGER);
        later.release(LINGER);
        acquire("broken").release(LINGER);
        unusable.add("broken4");

        assertThat(values.idle()).containsExactly(entry("b", "b3"), entry("a", "a2"));
    }

    @Test
    void retiresWhatIsUnusedBeforeItsTime() {
        acquire("a").release(LINGER);

        values.retireIfIdle("a");
        values.retireIfIdle("a");
        timer.triggerScheduledTasks();

        assertThat(retired).containsExactly("a1");
        assertThat(acquire("a").value()).isEqualTo("a2");
    }

    @Test
    void keepsWhatIsUsedThoughItIsToBeRetired() {
        acquire("a");

        values.retireIfIdle("a");
        values.retireIfIdle("unknown");

        assertThat(retired).isEmpty();
        assertThat(values.size()).isEqualTo(1);
    }

    @Test
    void theSecondReleaseDoesNothing() {
        Lingering<String, String>.Share first = acquire("a");
        Lingering<String, String>.Share second = acquire("a");

        first.release(LINGER);
        first.release(LINGER);
        timer.triggerScheduledTasks();

        assertThat(retired).isEmpty();
        assertThat(second.value()).isEqualTo("a1");
    }

    @Test
    void replacesAnUnusableValueWhichStaysWithItsUsers() {
        Lingering<String, String>.Share before = acquire("a");
        unusable.add("a1");

        Lingering<String, String>.Share after = acquire("a");
        before.release(LINGER);
        timer.triggerScheduledTasks();

        assertThat(after.value()).isEqualTo("a2");
        assertThat(retired).containsExactly("a1");
        assertThat(values.size()).isEqualTo(1);
    }

    @Test
    void keepsNothingOfAMakerThatFails() {
        assertThatThrownBy(
                        () ->
                                values.acquire(
                                        "a",
                                        () -> {
                                            throw new IOException("no such file");
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("no such file");

        assertThat(values.size()).isZero();
    }

    @Test
    void retiresAllOnce() {
        Lingering<String, String>.Share held = acquire("a");
        acquire("b").release(LINGER);

        values.retireAll();
        held.release(LINGER);
        timer.triggerScheduledTasks();

        assertThat(retired).containsExactlyInAnyOrder("a1", "b2");
        assertThat(values.size()).isZero();
    }

    private Lingering<String, String>.Share acquire(String key) {
        return values.acquire(key, () -> key + ++made);
    }
}
