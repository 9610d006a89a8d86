package io.flinkgpu.state.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Something that the ledger is told of a run.
 *
 * <p>What is told twice is recorded once: each kind says what it replaces. Texts are cut where they
 * are longer than {@value #MAX_TEXT} characters, and programs are bounded by {@link
 * Program#MAX_TEXT}, so that an entry has a bounded size. Immutable.
 */
@Internal
public sealed interface LedgerEntry {

    /** The longest text of an entry, in characters. */
    int MAX_TEXT = 4000;

    /** The end of a text that was cut. */
    String CUT = "…";

    /** The id of the run. */
    String run();

    /**
     * A job has started, or started anew: the run goes on, whatever was told of its end. What it
     * was first called, asked for and resumed from stays.
     *
     * @param run id, unique among all runs
     * @param name by which people find the newest run of many
     * @param job that Flink runs
     * @param arguments of the program, without secrets
     * @param time of the start
     * @param origin what it was resumed from; null: nothing
     */
    record RunBegun(
            String run,
            String name,
            Job job,
            List<String> arguments,
            Instant time,
            @Nullable Origin origin)
            implements LedgerEntry {

        /** Copies the arguments. */
        public RunBegun {
            arguments = arguments.stream().map(LedgerEntry::text).toList();
        }
    }

    /**
     * Flink's job.
     *
     * @param id in hexadecimal digits
     */
    record Job(String id, String name) {

        /** Cuts the name. */
        public Job {
            name = text(name);
        }
    }

    /**
     * What a run was resumed from.
     *
     * @param run id of the earlier run; null: not known
     * @param checkpoint the path of its checkpoint
     */
    record Origin(@Nullable String run, String checkpoint) {}

    /**
     * How the run was submitted, so that it can be submitted again; replaces what was told of it.
     */
    record RunSubmitted(String run, Submission submission) implements LedgerEntry {}

    /**
     * An inference stage of the run as it runs at present; replaces what was told of the operator.
     *
     * @param operator Flink's operator id, in hexadecimal digits
     * @param name of the stage, as the job's plan shows it
     * @param parallelism its number of subtasks
     * @param mode such as {@code fused}
     * @param profile what a subtask asks for, in words; empty: nothing of its own
     * @param model that answers
     */
    record StageDescribed(
            String run,
            String operator,
            String name,
            int parallelism,
            String mode,
            String profile,
            Model model)
            implements LedgerEntry {

        /** Cuts the texts. */
        public StageDescribed {
            name = text(name);
            profile = text(profile);
        }
    }

    /**
     * A model.
     *
     * @param name runtime, location and signature
     * @param version the one that was asked for; empty: none
     * @param checksum SHA-256 of its files in hexadecimal digits; empty: not known
     */
    record Model(String name, String version, String checksum) {

        /** Cuts the name. */
        public Model {
            name = text(name);
        }
    }

    /**
     * A checkpoint or savepoint is complete; replaces what was told of it.
     *
     * @param id Flink's, ascending within a run
     * @param path to restore from
     * @param sizeBytes of the state that it holds
     * @param duration from its trigger to its completion
     * @param time of its completion
     */
    record CheckpointCompleted(
            String run,
            long id,
            String path,
            long sizeBytes,
            Duration duration,
            Instant time,
            boolean savepoint)
            implements LedgerEntry {}

    /**
     * What an operator had done when a checkpoint was taken, since the beginning of its state;
     * replaces what was told of the operator and the checkpoint.
     *
     * @param operator as in {@link StageDescribed}
     * @param rowsIn taken, those in flight included
     * @param rowsOut emitted
     * @param deadLetters rows that were given up
     * @param inFlight rows that the checkpoint holds
     * @param deviceSeconds that devices computed for these rows
     */
    record OperatorProgress(
            String run,
            long checkpoint,
            String operator,
            long rowsIn,
            long rowsOut,
            long deadLetters,
            long inFlight,
            double deviceSeconds)
            implements LedgerEntry {}

    /**
     * Up to where a sink has committed with a checkpoint; replaces what was told of the sink and
     * the checkpoint.
     *
     * @param sink name of the sink
     * @param kind such as {@code iceberg-snapshot} or {@code kafka-offsets}
     * @param position in the sink's own words
     */
    record SinkPosition(String run, long checkpoint, String sink, String kind, String position)
            implements LedgerEntry {

        /** Cuts the position. */
        public SinkPosition {
            position = text(position);
        }
    }

    /**
     * A fault, a restart or a change of scale.
     *
     * @param id tells the event from all others
     * @param kind what happened, in one word, such as {@code DeviceBlocked}
     * @param subject what it happened to
     * @param detail the rest, in words
     */
    record RunEvent(String run, UUID id, Instant time, String kind, String subject, String detail)
            implements LedgerEntry {

        /** Cuts the texts. */
        public RunEvent {
            subject = text(subject);
            detail = text(detail);
        }

        /** An event that was not told before. */
        public static RunEvent of(
                String run, Instant time, String kind, String subject, String detail) {
            return new RunEvent(run, UUID.randomUUID(), time, kind, subject, detail);
        }
    }

    /**
     * The job has ended for good.
     *
     * @param cause of a failure; empty: none
     */
    record RunEnded(String run, Instant time, RunOutcome outcome, String cause)
            implements LedgerEntry {

        /** Cuts the cause. */
        public RunEnded {
            cause = text(cause);
        }
    }

    /** Whether a text of an entry may be shorter than it was told. */
    static boolean isCut(String text) {
        return text.length() >= MAX_TEXT - 1 && text.endsWith(CUT);
    }

    /** PostgreSQL takes no NUL, and nobody needs more than {@value #MAX_TEXT} characters. */
    private static String text(String value) {
        String storable = value.replace('\0', '\uFFFD');
        if (storable.length() <= MAX_TEXT) {
            return storable;
        }
        // INVARIANT: no half of a surrogate pair is left, which neither database takes.
        int end = Character.isHighSurrogate(storable.charAt(MAX_TEXT - 2)) ? 2 : 1;
        return storable.substring(0, MAX_TEXT - end) + CUT;
    }
}
