package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.types.WrittenState;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;

class StateSerializersTest {

    private static final FileSplit SPLIT =
            new FileSplit(
                    "42",
                    List.of(
                            new FoundFile(
                                    new Path("s3://bucket/a.jpg"), 1L << 40, 1_700_000_000_000L),
                            FoundFile.named(new Path(URI.create("file:/data/a%3Ab%5C%2520.jpg")))),
                    new ReadPosition(1, 7, 1024));

    @Test
    void readsTheSplitThatItWrote() throws IOException {
        FileSplitSerializer serializer = FileSplitSerializer.INSTANCE;

        assertThat(serializer.deserialize(1, serializer.serialize(SPLIT))).isEqualTo(SPLIT);
    }

    @Test
    void readsTheSplitOfVersion1() throws IOException {
        assertThat(WrittenState.ofVersion1("file-split", FileSplitSerializer.INSTANCE, SPLIT))
                .isEqualTo(SPLIT);
    }

    @Test
    void readsTheStateThatItWrote() throws IOException {
        DiscoveryStateSerializer serializer = DiscoveryStateSerializer.INSTANCE;

        assertIsState(serializer.deserialize(1, serializer.serialize(state())));
    }

    @Test
    void readsTheStateOfVersion1() throws IOException {
        assertIsState(
                WrittenState.ofVersion1(
                        "discovery-state", DiscoveryStateSerializer.INSTANCE, state()));
    }

    private static DiscoveryState state() {
        SeenFiles seen = new SeenFiles();
        seen.add(SPLIT.files().get(0));
        return new DiscoveryState(true, 43, List.of(SPLIT), seen);
    }

    private static void assertIsState(DiscoveryState read) {
        assertThat(read.isComplete()).isTrue();
        assertThat(read.nextSplit()).isEqualTo(43);
        assertThat(read.pending()).containsExactly(SPLIT);
        assertThat(read.seen().add(SPLIT.files().get(0))).isFalse();
        assertThat(read.seen().add(SPLIT.files().get(1))).isTrue();
    }

    @Test
    void refusesAVersionThatItDoesNotKnow() {
        assertThatThrownBy(() -> FileSplitSerializer.INSTANCE.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot restore a split of version 2: this library reads version 1.");
        assertThatThrownBy(() -> DiscoveryStateSerializer.INSTANCE.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Cannot restore a source's state of version 2: this library reads version 1.");
    }
}
