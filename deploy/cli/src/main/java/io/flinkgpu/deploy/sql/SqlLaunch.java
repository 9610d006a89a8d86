package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.cluster.ExitHook;
import io.flinkgpu.deploy.job.FlinkSettings;
import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.run.JobSubmitter;
import java.io.PrintWriter;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;

/**
 * Opens sessions at a place.
 *
 * @param place where the jobs run
 * @param simulated whether a Flink in this process has simulated devices alone
 * @param detach whether statements that make jobs return when these are submitted
 * @param options the user's settings
 * @param out where it says what goes on
 */
@Internal
public record SqlLaunch(
        JobPlace place,
        boolean simulated,
        boolean detach,
        Map<String, String> options,
        PrintWriter out) {

    /** What is done in a session. */
    @FunctionalInterface
    interface Use {
        void with(SqlSession session, JobSubmitter flink) throws Exception;
    }

    /**
     * Runs a script in a session of its own.
     *
     * @param name what its messages call it
     * @throws RuntimeException if a statement fails; names its line
     */
    public void runScript(String name, String text) throws Exception {
        run(SqlScript.parse(name, text));
    }

    void run(SqlScript script) throws Exception {
        boolean endsJobs = place.kind() == JobPlace.Kind.HERE;
        open(
                (session, flink) ->
                        new ScriptRun(new StatementRunner(session, flink, out), endsJobs)
                                .run(script));
    }

    void open(Use use) throws Exception {
        loadPlugins();
        try (SqlPlace flink = SqlPlace.open(place, simulated, options)) {
            out.printf("Running on %s. Web UI: %s%n", flink.describe(), flink.address());
            out.flush();
            JobSubmitter submitter = new JobSubmitter(flink.address());
            Configuration settings =
                    flink.sessionSettings(submitter.configuration(), options, detach);
            try (SqlSession session = SqlSession.open(settings);
                    ExitHook endsQueries = ExitHook.open("close-sql-session", session::close)) {
                use.with(session, submitter);
            }
        }
    }

    /** As a task manager finds them, in plugins/. */
    static Configuration loadPlugins() {
        Configuration process = FlinkSettings.ofProcess();
        FileSystem.initialize(process, PluginUtils.createPluginManagerFromRootFolder(process));
        return process;
    }
}
