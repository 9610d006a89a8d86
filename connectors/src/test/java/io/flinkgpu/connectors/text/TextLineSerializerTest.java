package io.flinkgpu.connectors.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.types.SerializerChecks;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.junit.jupiter.api.Test;

class TextLineSerializerTest {

    private final TextLineSerializer serializer = TextLineSerializer.INSTANCE;

    @Test
    void readsWhatItWrote() throws IOException {
        TextLine line = TextLine.of("file:/a", 1L << 40, "\u00fcber \ud83d\ude00".repeat(3000));
        TextLine failed = TextLine.unreadable("file:/b", 1, new ReadFailure("E", "why"));

        for (TextLine each : new TextLine[] {line, failed}) {
            assertThat(SerializerChecks.roundTrip(serializer, each)).isEqualTo(each);
            assertThat(SerializerChecks.copyThroughViews(serializer, each)).isEqualTo(each);
        }
    }

    @Test
    void restoresFromItsSnapshot() throws IOException {
        assertThat(SerializerChecks.restore(serializer)).isSameAs(serializer);
    }

    @Test
    void isFoundByFlinkWithoutGenericTypes() {
        SerializerConfigImpl noGenericTypes = new SerializerConfigImpl();
        noGenericTypes.setGenericTypes(false);

        assertThat(TypeInformation.of(TextLine.class).createSerializer(noGenericTypes))
                .isSameAs(serializer);
    }
}
