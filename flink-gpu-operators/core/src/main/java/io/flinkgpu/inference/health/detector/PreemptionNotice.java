package io.flinkgpu.inference.health.detector;

import java.io.IOException;
import java.util.Optional;

/** A place where it is said that the node is about to be taken away. One thread at a time. */
interface PreemptionNotice {

    /**
     * What is said now; may block for a moment.
     *
     * @return the reason, not empty; empty while there is no notice
     * @throws IOException if it cannot be told whether there is one
     */
    Optional<String> read() throws IOException;

    /** The first line of a notice's text, or a sentence of ours if that is empty. */
    static String reason(String text) {
        return text.lines()
                .findFirst()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .orElse("the node is about to be taken away");
    }
}
