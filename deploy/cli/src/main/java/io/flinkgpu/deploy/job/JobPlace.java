package io.flinkgpu.deploy.job;

import java.net.URI;
import java.nio.file.Path;
import org.apache.flink.annotation.Internal;

/**
 * Where a job runs: on a Flink in this process, on a local cluster, or on another Flink.
 *
 * <p>Its text, which {@link #parse} reads, is {@code here}, {@code cluster DIRECTORY} or {@code
 * flink URL}.
 *
 * @param name directory or URL; empty for a Flink in this process
 */
@Internal
public record JobPlace(Kind kind, String name) {

    /** What it is. */
    public enum Kind {
        HERE,
        CLUSTER,
        FLINK
    }

    /** In a Flink of this process, which ends with the job. */
    public static final JobPlace HERE = new JobPlace(Kind.HERE, "");

    /** On the local cluster of a directory. */
    public static JobPlace cluster(Path directory) {
        return new JobPlace(Kind.CLUSTER, directory.toAbsolutePath().normalize().toString());
    }

    /** On the Flink whose REST API answers there. */
    public static JobPlace flink(URI address) {
        return new JobPlace(Kind.FLINK, address.toString());
    }

    /**
     * Reads its text.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static JobPlace parse(String text) {
        String[] words = text.split(" ", 2);
        if (text.equals("here")) {
            return HERE;
        }
        if (words.length == 2 && words[0].equals("cluster")) {
            return cluster(Path.of(words[1]));
        }
        if (words.length == 2 && words[0].equals("flink")) {
            return flink(URI.create(words[1]));
        }
        throw new IllegalArgumentException(
                "Invalid place: '%s'. It must be here, cluster DIRECTORY or flink URL."
                        .formatted(text));
    }

    @Override
    public String toString() {
        return switch (kind) {
            case HERE -> "here";
            case CLUSTER -> "cluster " + name;
            case FLINK -> "flink " + name;
        };
    }
}
