package io.flinkgpu.connectors.image;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The colour profile of a JPEG file, which comes in numbered segments (ICC.1:2022, annex B.4). */
final class JpegProfile {

    static final String NAME = "ICC_PROFILE\0";

    private static final int CHUNK_HEADER = NAME.length() + 2;

    private final SortedMap<Integer, Integer> lengths = new TreeMap<>();
    private byte[] start = {};
    private int count;
    private boolean isInconsistent;

    /** Takes a segment's data, which begins with the name. */
    void add(byte[] content, int data, int to) {
        if (to - data < CHUNK_HEADER) {
            isInconsistent = true;
            return;
        }
        int number = Octets.u8(content, data + NAME.length());
        int total = Octets.u8(content, data + NAME.length() + 1);
        isInconsistent |= number < 1 || number > total || (count != 0 && count != total);
        isInconsistent |= lengths.put(number, to - data - CHUNK_HEADER) != null;
        count = total;
        if (number == 1) {
            int from = data + CHUNK_HEADER;
            start = Arrays.copyOfRange(content, from, Math.min(to, from + IccProfile.HEADER_BYTES));
        }
    }

    List<String> flaws(int colors) {
        if (lengths.isEmpty() && !isInconsistent) {
            return List.of();
        }
        if (isInconsistent || lengths.size() != count) {
            return List.of(
                    "its colour profile has %d of %d chunks".formatted(lengths.size(), count));
        }
        long length = lengths.values().stream().mapToLong(Integer::longValue).sum();
        String flaw = IccProfile.flaw(start, length, colors);
        return flaw.isEmpty() ? List.of() : List.of(flaw);
    }
}
