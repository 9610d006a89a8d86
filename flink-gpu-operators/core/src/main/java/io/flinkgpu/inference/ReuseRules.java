package io.flinkgpu.inference;

import io.flinkgpu.resources.StageProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.annotation.Nullable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;

/** What a job must be like for its answers to be reused. */
final class ReuseRules {

    private static final String HEAP = "hashmap";

    private ReuseRules() {}

    /**
     * What keeps a stage from reusing answers; empty if nothing does.
     *
     * @param settings of the job
     * @param partitioned whether rows have to go where the user has said
     */
    static List<String> problems(
            ReadableConfig settings, @Nullable StageProfile profile, boolean partitioned) {
        List<String> problems = new ArrayList<>();
        if (partitioned) {
            problems.add(
                    "reuse deals rows out by their content, and the stream is partitioned. Leave keyBy, forward and the like in front of it out, or reuse off.");
        }
        RuntimeExecutionMode mode = settings.get(ExecutionOptions.RUNTIME_MODE);
        if (mode != RuntimeExecutionMode.STREAMING) {
            problems.add(
                    "reuse needs %s: STREAMING, and it is %s. In BATCH mode Flink forgets the answers of a key as soon as another key comes. Set it, or leave reuse off."
                            .formatted(ExecutionOptions.RUNTIME_MODE.key(), mode));
        }
        if (profile != null && profile.managed().getBytes() == 0 && !onHeap(settings)) {
            problems.add(
                    "reuse keeps answers in state, and profile '%s' leaves RocksDB no memory for it. Set managed of the profile, 64 mb to begin with, or %s: %s for answers on the heap."
                            .formatted(
                                    profile.name(), StateBackendOptions.STATE_BACKEND.key(), HEAP));
        }
        return problems;
    }

    /** As far as is known: what the job leaves unset, its cluster may set. */
    private static boolean onHeap(ReadableConfig settings) {
        return settings.getOptional(StateBackendOptions.STATE_BACKEND)
                .filter(backend -> backend.toLowerCase(Locale.ROOT).contains(HEAP))
                .isPresent();
    }
}
