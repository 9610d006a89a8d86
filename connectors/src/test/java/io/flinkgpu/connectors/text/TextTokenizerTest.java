package io.flinkgpu.connectors.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.types.SerializerChecks;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ids follow from the ten words of {@code text/tokenizer.json}, longest piece first. */
class TextTokenizerTest {

    private static final String FILE =
            Objects.requireNonNull(TextTokenizerTest.class.getResource("/text/tokenizer.json"))
                    .toString();

    @TempDir Path folder;

    @Test
    void fillsRowsUpToOneLength() throws IOException {
        TokenizedText tokens = encode(Tokenization.of(FILE, 10), "The streams OF streaming");

        assertThat(tokens.text()).isEqualTo("The streams OF streaming");
        assertThat(tokens.ids()).containsExactly(2, 4, 5, 6, 8, 5, 7, 3, 0, 0);
        assertThat(tokens.attentionMask()).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
        assertThat(tokens.typeIds()).containsOnly(0).hasSize(10);
        assertThat(tokens.isTruncated()).isFalse();
    }

    @Test
    void cutsRowsAndSaysSo() throws IOException {
        TokenizedText tokens = encode(Tokenization.of(FILE, 4), "the stream of streams");

        assertThat(tokens.ids()).containsExactly(2, 4, 5, 3);
        assertThat(tokens.attentionMask()).containsOnly(1);
        assertThat(tokens.isTruncated()).isTrue();
    }

    @Test
    void leavesPaddingAndSpecialTokensOut() throws IOException {
        Tokenization bare = Tokenization.of(FILE, 2000).withPadding(false).withSpecialTokens(false);

        assertThat(encode(bare, "the unknown stream!").ids()).containsExactly(4, 1, 5, 9);
        assertThat(encode(bare, "the ".repeat(1500)).ids()).hasSize(1500).containsOnly(4);
        assertThat(encode(bare, "").ids()).isEmpty();
    }

    @Test
    void staysOffline() throws IOException {
        encode(Tokenization.of(FILE, 4), "the");

        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    }

    @Test
    void refusesWhatIsNoTokenizer() throws IOException {
        Path other = Files.writeString(folder.resolve("tokenizer.json"), "{}");

        assertThatThrownBy(() -> new TextTokenizer(Tokenization.of(other.toUri().toString(), 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid tokenizer '")
                .hasMessageContaining("It must be a tokenizer.json: ");
        assertThatThrownBy(() -> new TextTokenizer(Tokenization.of(folder + "/none", 4)))
                .isInstanceOf(FileNotFoundException.class);
        assertThatThrownBy(() -> Tokenization.of(FILE, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid maxLength: 0. It must be at least 1.");
    }

    @Test
    void isSerializedInBulk() throws IOException {
        TokenizedTextSerializer serializer = TokenizedTextSerializer.INSTANCE;
        for (int length : new int[] {0, 1, 8191, 8192, 8193, 20_000}) {
            long[] ids = new long[length];
            for (int i = 0; i < length; i++) {
                ids[i] = (1L << 40) - i;
            }
            TokenizedText tokens = new TokenizedText("\u00fc", ids, ids, new long[length], true);

            assertThat(SerializerChecks.roundTrip(serializer, tokens)).isEqualTo(tokens);
            assertThat(SerializerChecks.copyThroughViews(serializer, tokens)).isEqualTo(tokens);
            assertThat(serializer.copy(tokens)).isEqualTo(tokens);
        }
        assertThat(SerializerChecks.restore(serializer)).isSameAs(serializer);
    }

    @Test
    void isFoundByFlinkWithoutGenericTypes() {
        SerializerConfigImpl noGenericTypes = new SerializerConfigImpl();
        noGenericTypes.setGenericTypes(false);

        assertThat(TypeInformation.of(TokenizedText.class).createSerializer(noGenericTypes))
                .isSameAs(TokenizedTextSerializer.INSTANCE);
    }

    private static TokenizedText encode(Tokenization tokenization, String text) throws IOException {
        try (TextTokenizer tokenizer = new TextTokenizer(tokenization)) {
            return tokenizer.encode(text);
        }
    }
}
