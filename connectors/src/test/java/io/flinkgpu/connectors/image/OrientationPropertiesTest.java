package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class OrientationPropertiesTest {

    @Property
    void isFoundOrNotInAnyBytes(@ForAll byte[] bytes, @ForAll boolean isLittleEndian) {
        String start = isLittleEndian ? "II*\0\b\0\0\0" : "MM\0*\0\0\0\b";
        byte[] exif = TestImages.concat(start.getBytes(StandardCharsets.ISO_8859_1), bytes);

        assertThat(Orientation.ofExif(exif, 0, exif.length)).isNotNull();
        assertThat(Orientation.ofExif(bytes, 0, bytes.length)).isNotNull();
    }
}
