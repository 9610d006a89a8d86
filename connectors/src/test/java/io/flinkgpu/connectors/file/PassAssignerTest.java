package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.FileSourceSplitSerializer;
import org.apache.flink.connector.file.src.PendingSplitsCheckpoint;
import org.apache.flink.connector.file.src.PendingSplitsCheckpointSerializer;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;

class PassAssignerTest {

    @Test
    void handsOutEveryGroupOfAPassBeforeTheNextPass() {
        PassAssigner assigner = new PassAssigner(List.of(group("0..2-b"), group("0..2-a")));

        assertThat(idsOf(assigner)).containsExactly("0-a", "0-b", "1-a", "1-b", "2-a", "2-b");
        assertThat(assigner.remainingSplits()).isEmpty();
    }

    @Test
    void goesOnBehindACheckpointAtAnyPoint() throws IOException {
        List<FileSourceSplit> splits = List.of(group("0..3-b"), group("0..3-a"));
        List<String> all = idsOf(new PassAssigner(splits));

        for (int taken = 0; taken <= all.size(); taken++) {
            PassAssigner assigner = new PassAssigner(splits);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < taken; i++) {
                ids.add(assigner.getNext(null).orElseThrow().splitId());
            }
            PassAssigner restored = new PassAssigner(throughCheckpoint(assigner));
            ids.addAll(idsOf(restored));

            assertThat(ids).isEqualTo(all);
        }
    }

    @Test
    void handsOutSplitsOfAFailedReaderFirstAndAsTheyWereBegun() {
        PassAssigner assigner = new PassAssigner(List.of(group("0..1-a")));
        FileSourceSplit begun =
                assigner.getNext(null)
                        .orElseThrow()
                        .updateWithCheckpointedPosition(
                                new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, 1));

        assigner.addSplits(List.of(begun));

        assertThat(assigner.getNext(null)).containsSame(begun);
        assertThat(idsOf(assigner)).containsExactly("1-a");
    }

    /** A collection with a split for every pass, the last one first. */
    @Test
    void takesACheckpointThatHoldsEveryPassApart() {
        PassAssigner assigner =
                new PassAssigner(List.of(group("1-32"), group("1-0"), group("0-32")));

        assertThat(idsOf(assigner)).containsExactly("0-32", "1-0", "1-32");
    }

    @Test
    void keepsTheFilesOfAGroup() {
        List<Path> files = List.of(new Path("file:/a"), new Path("file:/b"));
        PassAssigner assigner = new PassAssigner(List.of(FileGroup.toSplit("0..1-0", files)));

        assertThat(FileGroup.files(assigner.getNext(null).orElseThrow())).isEqualTo(files);
        assertThat(FileGroup.files(assigner.getNext(null).orElseThrow())).isEqualTo(files);
    }

    @Test
    void refusesAnIdThatIsNone() {
        assertThatThrownBy(() -> GroupPasses.ofSplitId("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid split id: 'x'. It must be <pass>-<group> or <first>..<last>-<group>.");
    }

    private static Collection<FileSourceSplit> throughCheckpoint(PassAssigner assigner)
            throws IOException {
        PendingSplitsCheckpointSerializer<FileSourceSplit> serializer =
                new PendingSplitsCheckpointSerializer<>(FileSourceSplitSerializer.INSTANCE);
        byte[] bytes =
                serializer.serialize(
                        PendingSplitsCheckpoint.fromCollectionSnapshot(assigner.remainingSplits()));
        return serializer.deserialize(serializer.getVersion(), bytes).getSplits();
    }

    private static List<String> idsOf(PassAssigner assigner) {
        List<String> ids = new ArrayList<>();
        Optional<FileSourceSplit> next = assigner.getNext(null);
        while (next.isPresent()) {
            ids.add(next.get().splitId());
            next = assigner.getNext(null);
        }
        return ids;
    }

    private static FileSourceSplit group(String id) {
        return FileGroup.toSplit(id, List.of(new Path("file:/data/1")));
    }
}
