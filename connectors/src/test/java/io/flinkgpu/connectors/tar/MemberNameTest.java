package io.flinkgpu.connectors.tar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberNameTest {

    @ParameterizedTest
    @CsvSource({
        "cat.jpg, cat, jpg",
        "cat.seg.PNG, cat, seg.png",
        "train/cat-1.cls, train/cat-1, cls",
        "./a.b/cat.jpg, ./a.b/cat, jpg",
        "cat., cat, ''",
        "__a__.jpg, __a__, jpg"
    })
    void splitsAtTheFirstDotOfTheLastPart(String name, String key, String extension) {
        assertThat(MemberName.of(name)).hasValue(new MemberName(key, extension));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "a.b/cat", ".hidden.jpg", "a/.hidden", "__notes.txt__", ""})
    void leavesOutWhatHasNoStemOrNoExtension(String name) {
        assertThat(MemberName.of(name)).isEmpty();
    }
}
