package io.flinkgpu.connectors.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ContentTypesPropertiesTest {

    @Property
    void saysSomethingOfAnyBytes(@ForAll byte[] bytes, @ForAll String name) {
        assertThat(ContentTypes.of(bytes, name)).matches("[a-z]+/[a-z0-9.+-]+");
    }

    @Property
    void looksAtTheHeadAlone(@ForAll String text) {
        byte[] head = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), ContentTypes.HEAD_BYTES);
        byte[] longer = Arrays.copyOf(head, 2 * ContentTypes.HEAD_BYTES);
        Arrays.fill(longer, ContentTypes.HEAD_BYTES, longer.length, (byte) 0xff);

        assertThat(ContentTypes.of(longer, "x")).isEqualTo(ContentTypes.of(head, "x"));
    }
}
