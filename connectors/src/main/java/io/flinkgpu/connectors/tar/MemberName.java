package io.flinkgpu.connectors.tar;

import java.util.Locale;
import java.util.Optional;

/**
 * A member's name, split as WebDataset does: everything up to the first dot of its last part, and
 * what follows that dot.
 *
 * @param key such as {@code train/cat-1} of {@code train/cat-1.seg.PNG}
 * @param extension such as {@code seg.png}, in lower case
 */
record MemberName(String key, String extension) {

    /** Empty for a name without a stem or a dot, and for WebDataset's own {@code __notes__}. */
    static Optional<MemberName> of(String name) {
        int start = name.lastIndexOf('/') + 1;
        int dot = name.indexOf('.', start);
        boolean isNote = start == 0 && name.startsWith("__") && name.endsWith("__");
        if (dot <= start || isNote) {
            return Optional.empty();
        }
        return Optional.of(
                new MemberName(
                        name.substring(0, dot), name.substring(dot + 1).toLowerCase(Locale.ROOT)));
    }
}
