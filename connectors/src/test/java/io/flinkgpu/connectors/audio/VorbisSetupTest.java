package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jogg.Buffer;
import com.jcraft.jogg.Packet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VorbisSetupTest {

    @Test
    void takesCodebooksOfAFewValues() {
        assertThatCode(() -> VorbisSetup.check(setup(2, 1 << 10))).doesNotThrowAnyException();
    }

    /** A dozen bytes announce a codebook of 256 GiB. */
    @Test
    void refusesCodebooksThatAskForMoreMemoryThanTheyAreWorth() {
        assertThatThrownBy(() -> VorbisSetup.check(setup(1 << 12, (1 << 24) - 1)))
                .isInstanceOf(IOException.class)
                .hasMessage("its codebooks have more than 4194304 values");
    }

    @Test
    void refusesCutCodebooks() {
        Packet cut = setup(2, 1 << 10);
        cut.bytes -= 4;

        assertThatThrownBy(() -> VorbisSetup.check(cut)).hasMessage("a codebook is cut");
    }

    /** The length of a comment is not believed. */
    @Test
    void forgetsComments() throws IOException {
        Packet comment = packet(3, new byte[] {-1, -1, -1, 0x7f});

        VorbisSetup.check(comment);

        assertThat(Arrays.copyOfRange(comment.packet_base, 7, comment.bytes))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1);
    }

    /** One ordered codebook whose code words are all of one length, on a lattice (3.2.1). */
    private static Packet setup(int dimensions, int entries) {
        Buffer bits = new Buffer();
        bits.writeinit();
        bits.write(0, 8); // codebooks, less one
        bits.write(0x564342, 24);
        bits.write(dimensions, 16);
        bits.write(entries, 24);
        bits.write(1, 1); // ordered
        bits.write(9, 5); // length of a code word, less one
        bits.write(entries, Integer.SIZE - Integer.numberOfLeadingZeros(entries));
        bits.write(1, 4); // values on a lattice
        bits.write(0, 32);
        bits.write(0, 32);
        bits.write(3, 4); // bits of a value, less one
        bits.write(0, 1);
        for (int side = 1; Math.pow(side, dimensions) <= entries; side++) {
            bits.write(1, 4);
        }
        return packet(5, Arrays.copyOf(bits.buffer(), bits.bytes()));
    }

    private static Packet packet(int type, byte[] content) {
        byte[] prefix = "?vorbis".getBytes(StandardCharsets.US_ASCII);
        prefix[0] = (byte) type;
        Packet packet = new Packet();
        packet.packet_base = Arrays.copyOf(prefix, prefix.length + content.length);
        System.arraycopy(content, 0, packet.packet_base, prefix.length, content.length);
        packet.packet = 0;
        packet.bytes = packet.packet_base.length;
        return packet;
    }
}
