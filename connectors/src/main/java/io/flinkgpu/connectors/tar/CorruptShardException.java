package io.flinkgpu.connectors.tar;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;

/** A shard is damaged, cut off or no tar archive; what follows the place is lost. */
@PublicEvolving
public final class CorruptShardException extends IOException {

    CorruptShardException(String shard, String place, String reason, IOException cause) {
        super("Cannot read shard '%s' %s: %s".formatted(shard, place, reason), cause);
    }
}
