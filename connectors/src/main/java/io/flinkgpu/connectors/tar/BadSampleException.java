package io.flinkgpu.connectors.tar;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;

/** A sample cannot be given as a record; the samples behind it can. */
@PublicEvolving
public final class BadSampleException extends IOException {

    private BadSampleException(String shard, String key, String reason) {
        super("Cannot read sample '%s' of shard '%s': %s".formatted(key, shard, reason));
    }

    static BadSampleException tooLarge(String shard, String key, long maxBytes) {
        return new BadSampleException(
                shard,
                key,
                "its members are larger than the limit of %d bytes (maxSampleSize)."
                        .formatted(maxBytes));
    }

    static BadSampleException doubled(String shard, String key, String member) {
        return new BadSampleException(
                shard, key, "two members are called '%s', case aside.".formatted(member));
    }
}
