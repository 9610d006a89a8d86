package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.flinkgpu.inference.process.ProcessMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {

    private static final long MEBIBYTE = 1 << 20;

    private final List<String> warnings = new ArrayList<>();
    private Optional<ProcessMemory> memory = Optional.empty();

    @Test
    void warnsOnceWhenTheProcessIsAboveItsBudget() {
        MemoryWatch watch = watch(OptionalLong.of(2000 * MEBIBYTE));

        holds(2900, 2000);
        watch.look();
        assertThat(warnings).isEmpty();

        holds(2900, 2001);
        watch.look();
        watch.look();
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith(
                        "This process and its children hold 1.954gb (2098200576 bytes) of memory and were promised 1.953gb (2097152000 bytes) (taskmanager.memory.process.size)");
    }

    @Test
    void withoutBudgetNothingIsTooMuch() {
        MemoryWatch watch = watch(OptionalLong.empty());
        holds(1 << 20, 1 << 20);

        watch.look();

        assertThat(warnings).isEmpty();
    }

    @Test
    void showsResidentAndPinnedAgainstBudget() {
        Gauges gauges = new Gauges();
        watch(OptionalLong.of(7)).show(gauges);

        assertThat(gauges.read())
                .containsOnly(
                        entry("residentBytes", -1L),
                        entry("pinnedBytes", -1L),
                        entry("budgetBytes", 7L));

        holds(2, 1);

        assertThat(gauges.read())
                .containsOnly(
                        entry("residentBytes", 2 * MEBIBYTE),
                        entry("pinnedBytes", MEBIBYTE),
                        entry("budgetBytes", 7L));
    }

    @Test
    void budgetIsTheSumOfTheParts() {
        Configuration parts = new Configuration();
        parts.set(TaskManagerOptions.FRAMEWORK_HEAP_MEMORY, MemorySize.ofMebiBytes(128));
        parts.set(TaskManagerOptions.FRAMEWORK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(128));
        parts.set(TaskManagerOptions.TASK_HEAP_MEMORY, MemorySize.ofMebiBytes(512));
        parts.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(1792));
        parts.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ZERO);
        parts.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        parts.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        parts.set(TaskManagerOptions.JVM_METASPACE, MemorySize.ofMebiBytes(192));
        parts.set(TaskManagerOptions.JVM_OVERHEAD_MIN, MemorySize.ofMebiBytes(128));
        parts.set(TaskManagerOptions.JVM_OVERHEAD_MAX, MemorySize.ofMebiBytes(128));
        Configuration total = new Configuration();
        total.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.ofMebiBytes(2048));

        assertThat(MemoryWatch.budgetOf(parts)).hasValue(2944 * MEBIBYTE);
        assertThat(MemoryWatch.budgetOf(total)).hasValue(2048 * MEBIBYTE);
    }

    @Test
    void flinkInOneProcessHasNoBudget() {
        Configuration incomplete = new Configuration();
        incomplete.set(TaskManagerOptions.JVM_OVERHEAD_MIN, MemorySize.ofMebiBytes(128));

        assertThat(MemoryWatch.budgetOf(new Configuration())).isEmpty();
        assertThat(MemoryWatch.budgetOf(incomplete)).isEmpty();
    }

    /** Remembers the gauges of all its groups by their last name. */
    private static final class Gauges extends UnregisteredMetricsGroup {
        private final Map<String, Gauge<?>> all = new HashMap<>();

        @Override
        public MetricGroup addGroup(String name) {
            return this;
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            all.put(name, gauge);
            return gauge;
        }

        private Map<String, Object> read() {
            Map<String, Object> values = new HashMap<>();
            all.forEach((name, gauge) -> values.put(name, gauge.getValue()));
            return values;
        }
    }

    private MemoryWatch watch(OptionalLong budget) {
        return new MemoryWatch(budget, () -> memory, warnings::add);
    }

    private void holds(long residentMebiBytes, long pinnedMebiBytes) {
        memory =
                Optional.of(
                        new ProcessMemory(
                                residentMebiBytes * MEBIBYTE, pinnedMebiBytes * MEBIBYTE));
    }
}
