package io.flinkgpu.deploy.resume;

import io.flinkgpu.deploy.runs.RestorePoint;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/** How a run is resumed by hand whose program the ledger does not know, or not all of it. */
record UnknownProgram(Run run, @Nullable Program program) {

    private static final String SAFE = "[A-Za-z0-9_./:=,@%+-]+";

    /** The command line for a shell; {@code JOB.jar} stands for what is not known. */
    String commandLine(RestorePoint point) {
        List<String> words = new ArrayList<>(List.of("flink", "run", "-s", point.path()));
        words.add("-D" + LedgerOptions.RESUMED_RUN.key() + "=" + run.id());
        words.add("-D" + LedgerOptions.RUN_NAME.key() + "=" + run.begun().name());
        if (program == null) {
            words.add("JOB.jar");
        } else {
            if (!program.entryClass().isEmpty()) {
                words.addAll(List.of("-c", program.entryClass()));
            }
            words.add(program.location());
        }
        words.addAll(run.begun().arguments());
        return words.stream().map(UnknownProgram::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches(SAFE) ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
