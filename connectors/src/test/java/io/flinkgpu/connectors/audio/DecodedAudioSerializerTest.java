package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.types.SerializerChecks;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedAudioSerializerTest {

    private static final int CHUNK_FLOATS = 16 * 1024;

    private final DecodedAudioSerializer serializer = DecodedAudioSerializer.INSTANCE;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK_FLOATS - 1, CHUNK_FLOATS, CHUNK_FLOATS + 1, 100_000})
    void readsWhatItWrote(int length) throws IOException {
        DecodedAudio audio = audio(length);

        assertThat(SerializerChecks.roundTrip(serializer, audio)).isEqualTo(audio);
        assertThat(SerializerChecks.copyThroughViews(serializer, audio)).isEqualTo(audio);
    }

    @Test
    void copiesSamples() {
        DecodedAudio original = audio(4);

        DecodedAudio copy = serializer.copy(original);

        assertThat(copy).isEqualTo(original).hasSameHashCodeAs(original);
        assertThat(copy.samples()).isNotSameAs(original.samples());
    }

    @Test
    void restoresFromItsSnapshot() throws IOException {
        assertThat(SerializerChecks.restore(serializer)).isSameAs(serializer);
    }

    @Test
    void isFoundByFlinkWithoutGenericTypes() {
        SerializerConfigImpl noGenericTypes = new SerializerConfigImpl();
        noGenericTypes.setGenericTypes(false);

        assertThat(TypeInformation.of(DecodedAudio.class).createSerializer(noGenericTypes))
                .isSameAs(serializer);
    }

    @Test
    void refusesSamplesThatAreNoFrames() {
        assertThatThrownBy(() -> new DecodedAudio("a", 0, 8_000, 2, new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "Invalid audio: from frame 0, 8000 Hz, 2 channels, 3 values.");
    }

    private static DecodedAudio audio(int length) {
        float[] samples = new float[length];
        for (int i = 0; i < length; i++) {
            samples[i] = i / (float) length - 0.5f;
        }
        return new DecodedAudio("file:/a \u20ac.wav", 1L << 33, 48_000, 1, samples);
    }
}
