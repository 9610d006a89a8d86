package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.TensorEncoder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.CharacterCodingException;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of rows that have no content. */
class RowContentTest {

    static Exception[] ofBadRows() {
        return new Exception[] {
            new IllegalArgumentException("no picture"),
            new ZipException("damaged"),
            new UncheckedIOException(new CharacterCodingException())
        };
    }

    static Exception[] ofTheOutside() {
        return new Exception[] {
            new IOException("away"),
            new FileNotFoundException("away"),
            new UncheckedIOException(new SocketTimeoutException("away"))
        };
    }

    @ParameterizedTest
    @MethodSource("ofBadRows")
    void dealsABadRowOutToOneShardAlways(Exception failure) {
        RowContent<Integer> content = new RowContent<>(throwing(failure), null);

        assertThat(content.getKey(7)).isZero();
        assertThat(content.hash(7)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ofTheOutside")
    void failsRatherThanDealARowOutByWhatHappenedToFail(Exception failure) {
        RowContent<Integer> content = new RowContent<>(throwing(failure), null);

        assertThatThrownBy(() -> content.getKey(7))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("Cannot tell which rows are equal: ")
                .hasMessageEndingWith("away");
    }

    @Test
    void failsAsWellWhereTheKeyReads() {
        RowContent<Integer> content =
                new RowContent<>(
                        (row, writer) -> writer.ints("", row),
                        row -> {
                            throw new IOException("away");
                        });

        assertThatThrownBy(() -> content.hash(7)).isInstanceOf(UncheckedIOException.class);
    }

    private static TensorEncoder<Integer> throwing(Exception failure) {
        return (row, writer) -> {
            throw failure;
        };
    }
}
