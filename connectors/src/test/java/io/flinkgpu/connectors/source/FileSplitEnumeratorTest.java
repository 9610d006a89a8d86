package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.listing.InputScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.mocks.MockSplitEnumeratorContext;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.FileUtils;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSplitEnumeratorTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    @TempDir java.nio.file.Path folder;

    private final MockSplitEnumeratorContext<FileSplit> context =
            new MockSplitEnumeratorContext<>(2);

    @AfterEach
    void closeContext() throws Exception {
        context.close();
    }

    @Test
    void givesEachFileOnceInOrderAndEnds() throws Throwable {
        files("b", "a", "c/d");
        FileSplitEnumerator enumerator = bounded(DiscoveryState.initial());
        register(0, 1);

        enumerator.start();
        enumerator.handleSplitRequest(0, null);
        enumerator.handleSplitRequest(1, null);
        assertThat(assigned()).isEmpty();
        context.runNextOneTimeCallable();
        enumerator.handleSplitRequest(0, null);
        enumerator.handleSplitRequest(1, null);

        assertThat(assigned()).containsExactly("a", "b", "d");
        assertThat(context.hasNoMoreSplits(1)).isTrue();
        assertThat(context.hasNoMoreSplits(0)).isFalse();
    }

    @Test
    void doesNotLookAgainAfterARestore() throws Throwable {
        files("a", "b");
        FileSplitEnumerator enumerator = bounded(DiscoveryState.initial());
        register(0);
        enumerator.start();
        context.runNextOneTimeCallable();
        enumerator.handleSplitRequest(0, null);

        DiscoveryState restored = throughSerializer(enumerator.snapshotState(1));
        files("c");
        FileSplitEnumerator second = bounded(restored);
        second.start();
        second.handleSplitRequest(0, null);
        second.handleSplitRequest(0, null);

        assertThat(context.getOneTimeCallables()).isEmpty();
        assertThat(assigned()).containsExactly("a", "b");
        assertThat(context.hasNoMoreSplits(0)).isTrue();
    }

    @Test
    void looksAgainWhenRestoredFromBeforeItHadLooked() throws Throwable {
        files("a");
        DiscoveryState restored =
                throughSerializer(bounded(DiscoveryState.initial()).snapshotState(1));

        FileSplitEnumerator second = bounded(restored);
        register(0);
        second.start();
        context.runNextOneTimeCallable();
        second.handleSplitRequest(0, null);

        assertThat(assigned()).containsExactly("a");
    }

    @Test
    void givesBackWhatAReaderLost() throws Throwable {
        files("a", "b");
        FileSplitEnumerator enumerator = bounded(DiscoveryState.initial());
        register(0);
        enumerator.start();
        context.runNextOneTimeCallable();
        enumerator.handleSplitRequest(0, null);
        List<FileSplit> lost = context.getSplitsAssignmentSequence().get(0).assignment().get(0);

        enumerator.addSplitsBack(lost, 0);
        enumerator.handleSplitRequest(0, null);
        enumerator.handleSplitRequest(0, null);

        assertThat(assigned()).containsExactly("a", "a", "b");
    }

    @Test
    void forgetsWhatAReaderAskedBeforeItFailed() throws Throwable {
        files("a", "b");
        FileSplitEnumerator enumerator = bounded(DiscoveryState.initial());
        register(0);
        enumerator.handleSplitRequest(0, null);
        enumerator.addReader(0);

        enumerator.start();
        context.runNextOneTimeCallable();

        assertThat(assigned()).isEmpty();
    }

    @Test
    void findsNewFilesAgainAndAgain() throws Throwable {
        files("a");
        FileSplitEnumerator enumerator = continuous(Duration.ZERO, null, DiscoveryState.initial());
        register(0);
        enumerator.start();
        askOften(enumerator);

        context.runPeriodicCallable(0);
        assertThat(assigned()).containsExactly("a");
        files("b");
        context.runPeriodicCallable(0);
        context.runPeriodicCallable(0);

        assertThat(assigned()).containsExactly("a", "b");
        assertThat(context.hasNoMoreSplits(0)).isFalse();
    }

    @Test
    void remembersOverARestoreWhatItFound() throws Throwable {
        files("a");
        FileSplitEnumerator enumerator = continuous(Duration.ZERO, null, DiscoveryState.initial());
        enumerator.start();
        context.runPeriodicCallable(0);

        DiscoveryState restored = throughSerializer(enumerator.snapshotState(1));
        files("b");
        FileSplitEnumerator second = continuous(Duration.ZERO, null, restored);
        register(0);
        second.start();
        askOften(second);
        context.runPeriodicCallable(1);

        assertThat(assigned()).containsExactly("a", "b");
    }

    @Test
    void readsWhatIsNewAndEndsWhenItIsToldToMonitorNoMore() throws Throwable {
        files("a");
        FileSplitEnumerator enumerator = continuous(Duration.ZERO, null, DiscoveryState.initial());
        register(0);
        enumerator.start();
        askOften(enumerator);
        context.runPeriodicCallable(0);

        DiscoveryState restored = throughSerializer(enumerator.snapshotState(1));
        files("b");
        FileSplitEnumerator second = bounded(restored);
        second.start();
        context.runNextOneTimeCallable();
        second.handleSplitRequest(0, null);
        second.handleSplitRequest(0, null);

        assertThat(assigned()).containsExactly("a", "b");
        assertThat(context.hasNoMoreSplits(0)).isTrue();
    }

    @Test
    void refusesToMonitorWhereItDoesNotKnowWhatWasRead() throws Throwable {
        files("a");
        FileSplitEnumerator enumerator = bounded(DiscoveryState.initial());
        enumerator.start();
        context.runNextOneTimeCallable();
        DiscoveryState restored = throughSerializer(enumerator.snapshotState(1));

        assertThat(restored.seen().size()).isZero();
        assertThatThrownBy(() -> continuous(Duration.ZERO, null, restored))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot monitor [" + root() + "] from this savepoint: ");
    }

    @Test
    void waitsUntilAFileIsNotWrittenToAnyMore() throws Throwable {
        files("old", "new");
        modified("old", NOW.minusSeconds(10));
        modified("new", NOW.minusSeconds(9));
        FileSplitEnumerator enumerator =
                continuous(Duration.ofSeconds(10), null, DiscoveryState.initial());
        register(0);
        enumerator.start();
        askOften(enumerator);

        context.runPeriodicCallable(0);
        assertThat(assigned()).containsExactly("old");
        modified("new", NOW.minusSeconds(11));
        context.runPeriodicCallable(0);

        assertThat(assigned()).containsExactly("old", "new");
    }

    @Test
    void remembersFilesOfItsWindowAlone() throws Throwable {
        files("a", "b", "c");
        modified("a", NOW.minusSeconds(100));
        modified("b", NOW.minusSeconds(50));
        modified("c", NOW.minusSeconds(10));
        FileSplitEnumerator enumerator =
                continuous(Duration.ZERO, Duration.ofSeconds(60), DiscoveryState.initial());
        register(0);
        enumerator.start();
        askOften(enumerator);

        context.runPeriodicCallable(0);
        context.runPeriodicCallable(0);

        assertThat(assigned()).containsExactly("a", "b", "c");
        assertThat(enumerator.snapshotState(1).seen().size()).isEqualTo(2);
    }

    @Test
    void failsWhenListingKeepsFailing() throws Throwable {
        FileSplitEnumerator enumerator = continuous(Duration.ZERO, null, DiscoveryState.initial());
        enumerator.start();
        FileUtils.deleteDirectory(folder.toFile());

        for (int i = 1; i < FileSplitEnumerator.MAX_FAILED_LISTINGS; i++) {
            context.runPeriodicCallable(0);
        }

        assertThatThrownBy(() -> context.runPeriodicCallable(0))
                .hasRootCauseInstanceOf(IOException.class)
                .isInstanceOf(FlinkRuntimeException.class)
                .hasMessageStartingWith("Cannot find the files of [" + root());
    }

    @Test
    void goesOnAfterAListingThatFailed() throws Throwable {
        FileSplitEnumerator enumerator = continuous(Duration.ZERO, null, DiscoveryState.initial());
        register(0);
        enumerator.start();
        askOften(enumerator);
        FileUtils.deleteDirectory(folder.toFile());
        for (int round = 0; round < 3; round++) {
            for (int i = 1; i < FileSplitEnumerator.MAX_FAILED_LISTINGS; i++) {
                context.runPeriodicCallable(0);
            }
            files("a" + round);
            context.runPeriodicCallable(0);
            FileUtils.deleteDirectory(folder.toFile());
        }

        assertThat(assigned()).containsExactly("a0", "a1", "a2");
    }

    private FileSplitEnumerator bounded(DiscoveryState state) {
        return enumerator(
                new Discovery(List.of(root()), scanner(), null, Duration.ZERO, null, null), state);
    }

    private FileSplitEnumerator continuous(
            Duration minAge, @Nullable Duration remember, DiscoveryState state) {
        return enumerator(
                new Discovery(List.of(root()), scanner(), INTERVAL, minAge, remember, null), state);
    }

    private FileSplitEnumerator enumerator(Discovery discovery, DiscoveryState state) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        return new FileSplitEnumerator(context, discovery, 10, clock, state);
    }

    private static InputScanner scanner() {
        return new InputScanner(List.of(), true, true);
    }

    private static void askOften(FileSplitEnumerator enumerator) {
        for (int i = 0; i < 10; i++) {
            enumerator.handleSplitRequest(0, null);
        }
    }

    private static DiscoveryState throughSerializer(DiscoveryState state) throws IOException {
        DiscoveryStateSerializer serializer = DiscoveryStateSerializer.INSTANCE;
        return serializer.deserialize(serializer.getVersion(), serializer.serialize(state));
    }

    private List<String> assigned() {
        return context.getSplitsAssignmentSequence().stream()
                .flatMap(assignment -> assignment.assignment().values().stream())
                .flatMap(List::stream)
                .flatMap(split -> split.files().stream())
                .map(file -> file.path().getName())
                .toList();
    }

    private void register(int... readers) {
        for (int reader : readers) {
            context.registerReader(new ReaderInfo(reader, "here"));
        }
    }

    private Path root() {
        return new Path(folder.toUri().getPath().replaceAll("/$", ""))
                .makeQualified(org.apache.flink.core.fs.local.LocalFileSystem.getSharedInstance());
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            java.nio.file.Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
            Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(1)));
        }
    }

    private void modified(String name, Instant time) throws IOException {
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(time));
    }
}
