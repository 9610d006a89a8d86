package io.flinkgpu.connectors.image;

/**
 * What is wrong with an embedded colour profile (ICC.1:2022, section 7.2). Samples are taken as
 * they are stored, so a profile is only looked at to say that it is damaged.
 */
final class IccProfile {

    static final int HEADER_BYTES = 128;

    private static final int COLOR_SPACE = 16;
    private static final int SIGNATURE = 36;

    private IccProfile() {}

    /**
     * The flaw of a profile, or an empty string.
     *
     * @param profile at least its header, or less if it is no longer
     * @param length all of its bytes, or a negative number if that is unknown
     * @param colors how many colours a pixel of the image has: 1, 3 or 4
     */
    static String flaw(byte[] profile, long length, int colors) {
        if (profile.length < HEADER_BYTES) {
            return "its colour profile has %d bytes, less than a header".formatted(profile.length);
        }
        if (!Octets.name(profile, SIGNATURE).equals("acsp")) {
            return "its colour profile lacks the signature";
        }
        if (length >= 0 && Octets.u32(profile, 0) > length) {
            return "its colour profile has %d bytes of %d"
                    .formatted(length, Octets.u32(profile, 0));
        }
        String space = Octets.name(profile, COLOR_SPACE);
        return space.equals(spaceOf(colors))
                ? ""
                : "its colour profile is for '%s' and the image is '%s'"
                        .formatted(space.strip(), spaceOf(colors).strip());
    }

    private static String spaceOf(int colors) {
        return switch (colors) {
            case 1 -> "GRAY";
            case 3 -> "RGB ";
            default -> "CMYK";
        };
    }
}
