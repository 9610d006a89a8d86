package io.flinkgpu.connectors.table.function;

import io.flinkgpu.table.function.SqlFunctions;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.functions.FunctionDefinition;

/** The functions of this package for module {@code flink-gpu}. */
@Internal
public final class MediaFunctions implements SqlFunctions {

    @Override
    public Map<String, FunctionDefinition> byName() {
        return Map.of(
                "decode_image", new DecodeImage(),
                "try_decode_image", new TryDecodeImage(),
                "decode_audio", new DecodeAudio(),
                "try_decode_audio", new TryDecodeAudio());
    }
}
