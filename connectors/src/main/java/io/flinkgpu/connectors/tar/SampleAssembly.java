package io.flinkgpu.connectors.tar;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;

/** A sample while its members come in; it holds no bytes once it cannot become a record. */
final class SampleAssembly {

    private final String key;
    private final String shard;
    private final long index;
    private final int maxBytes;
    private final Map<String, byte[]> members = new LinkedHashMap<>();
    private long bytes;
    @Nullable private BadSampleException failure;

    SampleAssembly(String key, String shard, long index, int maxBytes) {
        this.key = key;
        this.shard = shard;
        this.index = index;
        this.maxBytes = maxBytes;
    }

    /** Takes the current member. */
    void add(MemberName name, TarMembers archive) throws IOException {
        if (failure != null) {
            return;
        }
        if (bytes + archive.size() > maxBytes) {
            fail(BadSampleException.tooLarge(shard, key, maxBytes));
            return;
        }
        byte[] content = archive.read();
        bytes += content.length;
        if (members.put(name.extension(), content) != null) {
            fail(BadSampleException.doubled(shard, key, archive.name()));
        }
    }

    MediaSample assembled() {
        return failure == null
                ? new MediaSample(key, members, shard, index, null)
                : MediaSample.unreadable(key, shard, index, failure);
    }

    /** Held so far. */
    long bytes() {
        return bytes;
    }

    private void fail(BadSampleException why) {
        failure = why;
        members.clear();
        bytes = 0;
    }
}
