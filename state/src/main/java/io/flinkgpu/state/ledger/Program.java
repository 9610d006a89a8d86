package io.flinkgpu.state.ledger;

import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * What a run runs, so that it can be run again.
 *
 * @param location the path of the job file or the jar, absolute; relative paths of a job file are
 *     relative to its folder
 * @param entryClass of a jar; empty: the one that its manifest names
 * @param text of a job file as it was read, with its references to variables and secrets, at most
 *     {@value #MAX_TEXT} characters; empty for a jar
 * @param variables of a job file that were given beside the environment; those that look like
 *     secrets are hidden
 */
@Internal
public record Program(
        Kind kind, String location, String entryClass, String text, Map<String, String> variables) {

    /** The longest text of a job file, in characters; the program of a longer one is not kept. */
    public static final int MAX_TEXT = 200_000;

    /** What it is. */
    public enum Kind {
        JOB_FILE,
        JAR
    }

    /** Copies the variables. */
    public Program {
        variables = Map.copyOf(variables);
    }

    /** A job file. */
    public static Program jobFile(String location, String text, Map<String, String> variables) {
        return new Program(Kind.JOB_FILE, location, "", text, variables);
    }

    /** A jar; its arguments are those of the run. */
    public static Program jar(String location, String entryClass) {
        return new Program(Kind.JAR, location, entryClass, "", Map.of());
    }
}
