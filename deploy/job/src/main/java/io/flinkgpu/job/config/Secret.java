package io.flinkgpu.job.config;

import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A text that messages and plans never show.
 *
 * <p>The file holds its reference, {@code ${secret:NAME}}; the text itself is looked up by {@link
 * Secrets} while the file is read, and leaves this object by {@link #reveal()} alone.
 */
@PublicEvolving
public final class Secret {

    private final String shown;
    private final String text;

    Secret(String shown, String text) {
        this.shown = Objects.requireNonNull(shown, "shown");
        this.text = Objects.requireNonNull(text, "text");
    }

    /** The text itself; hand it to what needs it, and to nothing that prints. */
    public String reveal() {
        return text;
    }

    /** The reference, or stars where the file holds the text itself. */
    @Override
    public String toString() {
        return shown;
    }
}
