package io.flinkgpu.deploy.runs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunHistory;
import io.flinkgpu.state.ledger.Submission;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Runs as one line of JSON for other programs.
 *
 * <p>Times are ISO 8601 in UTC, units are in the names, and what is not known is left out.
 */
final class RunJson {

    private static final JsonMapper JSON = new JsonMapper();
    private static final double MILLIS = 1000;

    private RunJson() {}

    /** A list of runs, each as it stands. */
    static String list(List<Run> runs) {
        ArrayNode list = JSON.createArrayNode();
        runs.forEach(run -> list.add(run(run)));
        return list.toString();
    }

    /** One run with its history. */
    static String whole(Run run, @Nullable Submission submission, RunHistory history) {
        ObjectNode json = run(run);
        if (submission != null) {
            addSubmission(submission, json);
        }
        ArrayNode checkpoints = json.putArray("checkpoints");
        history.checkpoints().forEach(each -> checkpoints.add(checkpoint(each)));
        ArrayNode progress = json.putArray("progressByCheckpoint");
        history.progress().forEach(each -> progress.add(progress(each)));
        ArrayNode positions = json.putArray("sinkPositions");
        history.positions().forEach(each -> positions.add(position(each)));
        ArrayNode events = json.putArray("events");
        history.events().forEach(each -> events.add(event(each)));
        return json.toString();
    }

    private static void addSubmission(Submission submission, ObjectNode json) {
        json.put("place", submission.place());
        json.put("flink", submission.flink());
        Program program = submission.program();
        if (program != null) {
            ObjectNode described = json.putObject("program");
            described.put("kind", program.kind().name());
            described.put("location", program.location());
            described.put("entryClass", program.entryClass());
            described.put("text", program.text());
            ObjectNode variables = described.putObject("variables");
            program.variables().forEach(variables::put);
        }
    }

    private static ObjectNode run(Run run) {
        LedgerEntry.RunBegun begun = run.begun();
        ObjectNode json = JSON.createObjectNode();
        json.put("id", run.id());
        json.put("name", begun.name());
        json.put("jobId", begun.job().id());
        json.put("jobName", begun.job().name());
        begun.arguments().forEach(json.putArray("arguments")::add);
        json.put("started", begun.time().toString());
        json.put("lastSeen", run.lastSeen().toString());
        if (begun.origin() != null) {
            ObjectNode origin = json.putObject("resumedFrom");
            if (begun.origin().run() != null) {
                origin.put("run", begun.origin().run());
            }
            origin.put("checkpoint", begun.origin().checkpoint());
        }
        if (run.ended() != null) {
            json.put("ended", run.ended().time().toString());
            json.put("outcome", run.ended().outcome().name());
            json.put("cause", run.ended().cause());
        }
        ArrayNode stages = json.putArray("stages");
        run.stages().forEach(each -> stages.add(stage(each)));
        if (run.checkpoint() != null) {
            json.set("newestCheckpoint", checkpoint(run.checkpoint()));
        }
        ArrayNode progress = json.putArray("progress");
        run.progress().forEach(each -> progress.add(progress(each)));
        return json;
    }

    private static ObjectNode stage(LedgerEntry.StageDescribed stage) {
        return JSON.createObjectNode()
                .put("operator", stage.operator())
                .put("name", stage.name())
                .put("parallelism", stage.parallelism())
                .put("mode", stage.mode())
                .put("profile", stage.profile())
                .put("model", stage.model().name())
                .put("modelVersion", stage.model().version())
                .put("modelSha256", stage.model().checksum());
    }

    private static ObjectNode checkpoint(LedgerEntry.CheckpointCompleted checkpoint) {
        return JSON.createObjectNode()
                .put("id", checkpoint.id())
                .put("path", checkpoint.path())
                .put("sizeBytes", checkpoint.sizeBytes())
                .put("durationSeconds", checkpoint.duration().toMillis() / MILLIS)
                .put("completed", checkpoint.time().toString())
                .put("savepoint", checkpoint.savepoint());
    }

    private static ObjectNode progress(LedgerEntry.OperatorProgress progress) {
        return JSON.createObjectNode()
                .put("checkpoint", progress.checkpoint())
                .put("operator", progress.operator())
                .put("rowsIn", progress.rowsIn())
                .put("rowsOut", progress.rowsOut())
                .put("deadLetters", progress.deadLetters())
                .put("inFlight", progress.inFlight())
                .put("deviceSeconds", progress.deviceSeconds());
    }

    private static ObjectNode position(LedgerEntry.SinkPosition position) {
        return JSON.createObjectNode()
                .put("checkpoint", position.checkpoint())
                .put("sink", position.sink())
                .put("kind", position.kind())
                .put("position", position.position());
    }

    private static ObjectNode event(LedgerEntry.RunEvent event) {
        return JSON.createObjectNode()
                .put("time", event.time().toString())
                .put("event", event.kind())
                .put("subject", event.subject())
                .put("detail", event.detail());
    }
}
