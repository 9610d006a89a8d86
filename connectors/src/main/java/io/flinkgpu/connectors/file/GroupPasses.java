package io.flinkgpu.connectors.file;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The passes in which a {@link FileGroup} is still to be read, as its split's id tells them: {@code
 * 3-64} is pass 3 of the group {@code 64}, and {@code 3..9-64} are passes 3 to 9 of it.
 *
 * @param first the pass that is next
 * @param last the last pass, at least {@code first}
 * @param group the name of the group, the same in all passes
 */
record GroupPasses(int first, int last, String group) {

    private static final Pattern SPLIT_ID = Pattern.compile("(\\d+)(?:\\.\\.(\\d+))?-(.*)");

    /**
     * @throws IllegalArgumentException if this is no id of a group's split
     */
    static GroupPasses ofSplitId(String id) {
        Matcher matcher = SPLIT_ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Invalid split id: '%s'. It must be <pass>-<group> or <first>..<last>-<group>."
                            .formatted(id));
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        return new GroupPasses(first, last, matcher.group(3));
    }

    String toSplitId() {
        return first == last ? first + "-" + group : first + ".." + last + "-" + group;
    }

    boolean isSingle() {
        return first == last;
    }

    GroupPasses next() {
        return new GroupPasses(first, first, group);
    }

    GroupPasses afterNext() {
        return new GroupPasses(first + 1, last, group);
    }
}
