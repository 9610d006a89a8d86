package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DelegatingConfiguration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Test;

class TaskManagerConfigurationTest {

    @Test
    void uncoversWhatAViewHides() {
        Configuration whole = new Configuration();
        whole.setString("external-resource.gpu.simulated.count", "2");
        whole.setString("external-resource.gpu.param.a", "b");
        // A value that is an object and not text, as Flink itself puts into a task manager's
        // configuration.
        whole.set(TaskManagerOptions.TASK_HEAP_MEMORY, MemorySize.parse("1 gb"));
        Configuration view = new DelegatingConfiguration(whole, "external-resource.gpu.param.");

        assertThat(view.keySet()).containsExactly("a");
        assertThat(TaskManagerConfiguration.behind(view).toMap()).isEqualTo(whole.toMap());
    }

    @Test
    void leavesTheViewAsItIs() {
        Configuration whole = new Configuration();
        whole.setString("external-resource.gpu.param.a", "b");
        Configuration view = new DelegatingConfiguration(whole, "external-resource.gpu.param.");

        TaskManagerConfiguration.behind(view).setString("c", "d");

        assertThat(view.keySet()).containsExactly("a");
        assertThat(whole.keySet()).containsExactly("external-resource.gpu.param.a");
    }

    @Test
    void copiesAConfigurationThatIsNoView() {
        Configuration whole = new Configuration();
        whole.setString("a", "b");

        assertThat(TaskManagerConfiguration.behind(whole)).isEqualTo(whole).isNotSameAs(whole);
    }
}
