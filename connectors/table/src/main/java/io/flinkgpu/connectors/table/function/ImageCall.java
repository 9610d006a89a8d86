package io.flinkgpu.connectors.table.function;

import io.flinkgpu.connectors.content.ContentTypes;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.image.BadImageException;
import io.flinkgpu.connectors.image.ImageDecoder;
import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.connectors.image.ResizeMode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.binary.BinaryArrayData;

/** What calls of the functions that decode images share: the decoders. Task thread only. */
final class ImageCall implements AutoCloseable {

    static final String STRETCH = "stretch";

    static final DecoderArguments ARGUMENTS =
            new DecoderArguments(
                    List.of(
                            DecoderArguments.Literal.number("height"),
                            DecoderArguments.Literal.number("width"),
                            DecoderArguments.Literal.number("channels"),
                            DecoderArguments.Literal.optionalText("resize")),
                    ImageCall::check);

    // Calls with other literals may share a function; there are as many as the query has calls.
    private final Map<ImageDecoding, ImageDecoder> decoders = new HashMap<>();

    /** Pixels {@code [height, width, channel]}, values in {@code [0, 1]}. */
    ArrayData decode(byte[] bytes, int height, int width, int channels, String resize)
            throws BadImageException {
        ImageDecoder decoder =
                decoders.computeIfAbsent(
                        decoding(height, width, channels, resize), ImageDecoder::new);
        FileContent file = new FileContent("", bytes, ContentTypes.UNKNOWN, bytes.length, 0, null);
        return BinaryArrayData.fromPrimitiveArray(decoder.decode(file).pixels());
    }

    @Override
    public void close() {
        decoders.values().forEach(ImageDecoder::close);
        decoders.clear();
    }

    private static void check(List<Object> values) {
        String resize = values.size() < 4 ? STRETCH : (String) values.get(3);
        decoding((Integer) values.get(0), (Integer) values.get(1), (Integer) values.get(2), resize);
    }

    private static ImageDecoding decoding(int height, int width, int channels, String resize) {
        return ImageDecoding.of(height, width, channels).withResizeMode(mode(resize));
    }

    private static ResizeMode mode(String resize) {
        Optional<ResizeMode> mode =
                Arrays.stream(ResizeMode.values())
                        .filter(each -> each.name().equalsIgnoreCase(resize))
                        .findFirst();
        return mode.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                "Invalid resize: '%s'. It must be one of %s."
                                        .formatted(
                                                resize,
                                                Arrays.toString(ResizeMode.values())
                                                        .toLowerCase(Locale.ROOT))));
    }
}
