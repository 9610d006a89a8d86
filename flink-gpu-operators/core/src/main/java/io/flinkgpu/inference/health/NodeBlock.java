package io.flinkgpu.inference.health;

import java.io.Serializable;
import java.time.Instant;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A node on which Flink places nothing new for a while.
 *
 * @param node its id, as task managers are told theirs
 * @param cause why, a sentence for people
 * @param until when it ends by itself
 */
@PublicEvolving
public record NodeBlock(String node, String cause, Instant until) implements Serializable {

    private static final long serialVersionUID = 1L;
}
