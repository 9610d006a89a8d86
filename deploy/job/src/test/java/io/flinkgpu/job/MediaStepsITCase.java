package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.job.text.TestingTokenizer;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps for audio and text, in a Flink of this process. */
@Timeout(180)
class MediaStepsITCase {

    @TempDir private Path directory;

    @Test
    void decodesAudioAndTokenizesTexts() throws Exception {
        Path calls = Files.createDirectory(directory.resolve("calls"));
        silence(calls.resolve("a.wav"), 2_000);
        silence(calls.resolve("b.wav"), 999);
        Files.writeString(calls.resolve("letter.wav"), "This is no audio.");
        Files.writeString(
                directory.resolve("texts.jsonl"),
                """
                {"text": "the streams"}
                {"text": "the stream of streams"}
                {"text": null}
                """);
        Files.writeString(directory.resolve("a.lines"), "of streaming\n" + "of ".repeat(20));
        run(
                """
                name: media
                sources:
                  - {name: files, type: files, config: {path: calls}}
                  - {name: texts, type: json-lines, config: {path: texts.jsonl, fields: {text: string}}}
                  - {name: lines, type: text-lines, config: {path: "*.lines", max-line-size: 20 b}}
                steps:
                  - {name: audio, type: decode-audio, input: files, config: {window: 125 ms, sample-rate: 8000}}
                  - {name: mel, type: log-mel, input: audio, config: {sample-rate: 8000, n-fft: 250, hop-length: 500, n-mels: 2}}
                  - {name: more, type: map, input: lines, config: {fields: {text: text}}}
                  - {name: all, type: union, input: [texts, more]}
                  - {name: tokens, type: tokenize, input: all, config: {tokenizer: %s, max-length: 5}}
                sinks:
                  - {name: a, type: json-lines, input: mel, config: {path: mel}}
                  - {name: t, type: json-lines, input: tokens, config: {path: tokens}}
                  - {name: bad, type: dead-letters, input: [audio.dead-letters, lines.dead-letters, tokens.dead-letters], config: {path: bad}}
                """
                        .formatted(TestingTokenizer.FILE));

        assertThat(lines("mel"))
                .extracting(row -> row.path("start").asDouble() + " " + row.path("mel"))
                .containsExactlyInAnyOrder(
                        "0.0 [-100.0,-100.0,-100.0,-100.0,-100.0,-100.0]",
                        "0.125 [-100.0,-100.0,-100.0,-100.0,-100.0,-100.0]",
                        "0.0 [-100.0,-100.0,-100.0,-100.0,-100.0,-100.0]");
        assertThat(lines("tokens"))
                .extracting(JsonNode::toString)
                .containsExactlyInAnyOrder(
                        "{\"text\":\"the streams\",\"input_ids\":[2,4,5,6,3],\"attention_mask\":[1,1,1,1,1],\"token_type_ids\":[0,0,0,0,0]}",
                        "{\"text\":\"of streaming\",\"input_ids\":[2,8,5,7,3],\"attention_mask\":[1,1,1,1,1],\"token_type_ids\":[0,0,0,0,0]}",
                        "{\"text\":\"the stream of streams\",\"input_ids\":[2,4,5,8,3],\"attention_mask\":[1,1,1,1,1],\"token_type_ids\":[0,0,0,0,0]}");
        assertThat(lines("bad"))
                .extracting(
                        letter ->
                                letter.path("element").asText()
                                        + ": "
                                        + letter.path("cause").asText())
                .containsExactlyInAnyOrder(
                        "audio: it is text/plain; convert it to WAV, FLAC, OGG Vorbis or MP3",
                        "lines: Cannot read line 2 of 'file:%s': it is longer than the limit of 20 bytes (maxLineSize)."
                                .formatted(directory.resolve("a.lines")),
                        "tokens: the text is null");
    }

    private static void silence(Path file, int frames) throws Exception {
        AudioFormat format = new AudioFormat(8_000, 16, 1, true, false);
        AudioSystem.write(
                new AudioInputStream(
                        new ByteArrayInputStream(new byte[2 * frames]), format, frames),
                AudioFileFormat.Type.WAVE,
                file.toFile());
    }

    private void run(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("job.yaml"), yaml);
        JobMain.main(new String[] {"--config", file.toString()});
    }

    private List<JsonNode> lines(String name) throws Exception {
        try (Stream<JsonNode> lines =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(directory.resolve(name).toUri()))) {
            return lines.toList();
        }
    }
}
