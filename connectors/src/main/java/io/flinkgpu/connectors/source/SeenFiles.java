package io.flinkgpu.connectors.source;

import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Which files were found before.
 *
 * <p>An open-addressing table with linear probing of three longs a file: 127 bits of the SHA-256 of
 * its path, and when it was modified. Two of a billion files get the same bits with a probability
 * below 1e-20. With a window, files that were modified before it are forgotten, and count as seen
 * from then on; files of which nobody says when they were modified stay. The source's coordinator
 * thread alone.
 */
final class SeenFiles {

    private static final int LONGS = 3;
    private static final int MIN_FILES = 16;
    private static final long NO_HORIZON = Long.MIN_VALUE;

    private final MessageDigest digest = sha256();
    private long[] table = new long[2 * MIN_FILES * LONGS];
    private int size;

    // What was modified before is forgotten.
    private long horizonMillis = NO_HORIZON;
    private long newestMillis = NO_HORIZON;

    /** Notes a file; false where it was found before. */
    boolean add(FoundFile file) {
        return add(file.path().toString(), file.modifiedMillis());
    }

    /** The same for what is not told from others by its path alone. */
    boolean add(String key, long modified) {
        if (modified != 0 && modified < horizonMillis) {
            return false;
        }
        ByteBuffer hash = hash(key);
        boolean isNew = put(hash.getLong(), low(hash), modified);
        if (isNew) {
            newestMillis = Math.max(newestMillis, modified);
        }
        return isNew;
    }

    /** Whether a key was added. */
    boolean contains(String key) {
        ByteBuffer hash = hash(key);
        long high = hash.getLong();
        return table[find(high, low(hash)) * LONGS + 1] != 0;
    }

    private ByteBuffer hash(String key) {
        return ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    }

    /** A free place has 0 there. */
    private static long low(ByteBuffer hash) {
        return hash.getLong() | 1;
    }

    /** Forgets files that were modified longer before the newest one, if a window is given. */
    void forgetOutside(@Nullable Duration window) {
        if (window == null || newestMillis == NO_HORIZON) {
            return;
        }
        long horizon = newestMillis - window.toMillis();
        if (horizon <= horizonMillis) {
            return;
        }
        horizonMillis = horizon;
        long[] old = table;
        table = new long[2 * MIN_FILES * LONGS];
        size = 0;
        for (int at = 0; at < old.length; at += LONGS) {
            boolean isKept = old[at + 2] == 0 || old[at + 2] >= horizon;
            if (old[at + 1] != 0 && isKept) {
                put(old[at], old[at + 1], old[at + 2]);
            }
        }
    }

    int size() {
        return size;
    }

    SeenFiles copy() {
        SeenFiles copy = new SeenFiles();
        copy.table = table.clone();
        copy.size = size;
        copy.horizonMillis = horizonMillis;
        copy.newestMillis = newestMillis;
        return copy;
    }

    /** Writes 24 bytes a file. */
    void write(DataOutputView target) throws IOException {
        target.writeLong(horizonMillis);
        target.writeLong(newestMillis);
        target.writeInt(size);
        for (int at = 0; at < table.length; at += LONGS) {
            if (table[at + 1] != 0) {
                target.writeLong(table[at]);
                target.writeLong(table[at + 1]);
                target.writeLong(table[at + 2]);
            }
        }
    }

    static SeenFiles read(DataInputView source) throws IOException {
        SeenFiles seen = new SeenFiles();
        seen.horizonMillis = source.readLong();
        seen.newestMillis = source.readLong();
        int files = source.readInt();
        seen.table = new long[2 * Math.max(MIN_FILES, Integer.highestOneBit(files) * 2) * LONGS];
        for (int i = 0; i < files; i++) {
            seen.put(source.readLong(), source.readLong(), source.readLong());
        }
        return seen;
    }

    private boolean put(long high, long low, long modified) {
        if (2 * (size + 1) > table.length / LONGS) {
            grow();
        }
        int place = find(high, low);
        if (table[place * LONGS + 1] != 0) {
            return false;
        }
        table[place * LONGS] = high;
        table[place * LONGS + 1] = low;
        table[place * LONGS + 2] = modified;
        size++;
        return true;
    }

    /** Where it is, or the free place where it belongs. */
    private int find(long high, long low) {
        int places = table.length / LONGS;
        int place = (int) Math.floorMod(high, (long) places);
        while (table[place * LONGS + 1] != 0
                && !(table[place * LONGS] == high && table[place * LONGS + 1] == low)) {
            place = place + 1 == places ? 0 : place + 1;
        }
        return place;
    }

    private void grow() {
        long[] old = table;
        table = new long[Math.multiplyExact(old.length, 2)];
        size = 0;
        for (int at = 0; at < old.length; at += LONGS) {
            if (old[at + 1] != 0) {
                put(old[at], old[at + 1], old[at + 2]);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Cannot hash paths: every JVM has SHA-256.", e);
        }
    }
}
