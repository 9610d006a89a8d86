package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.run.JobSubmitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.table.client.cli.CliClient;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The shell: Flink's SQL client on the terminal of this process. */
final class SqlShell {

    private SqlShell() {}

    /**
     * Reads and runs statements until the user leaves.
     *
     * @param history the file that remembers statements
     */
    static void run(SqlSession session, JobSubmitter flink, Path history) throws IOException {
        run(session, flink, history, TerminalBuilder.builder().name("flink-gpu sql").build());
    }

    /** Reads from this terminal, and closes it. */
    static void run(SqlSession session, JobSubmitter flink, Path history, Terminal terminal)
            throws IOException {
        Files.createDirectories(history.getParent());
        StatementRunner runner = new StatementRunner(session, flink, terminal.writer());
        ShellExecutor executor = new ShellExecutor(runner, OptionCompletion.onClassPath());
        // The client closes the terminal.
        try (CliClient client = new CliClient(() -> terminal, executor, history)) {
            client.executeInInteractiveMode();
        }
    }
}
