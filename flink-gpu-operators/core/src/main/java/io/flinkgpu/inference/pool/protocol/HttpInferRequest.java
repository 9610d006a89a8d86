package io.flinkgpu.inference.pool.protocol;

import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * A request that came over HTTP, and the form in which its sender wants the outputs.
 *
 * @param binaryByDefault whether outputs come as binary data behind the JSON of the response
 * @param binaryByOutput the outputs for which the request says otherwise or the same
 * @param pythonNumbers whether JSON may hold NaN and infinities, as Python's does
 */
@Internal
public record HttpInferRequest(
        InferRequest request,
        boolean binaryByDefault,
        Map<String, Boolean> binaryByOutput,
        boolean pythonNumbers)
        implements AutoCloseable {

    /** Copies the outputs. */
    public HttpInferRequest {
        binaryByOutput = Map.copyOf(binaryByOutput);
    }

    /** Whether the sender wants this output as binary data. */
    public boolean isBinary(String output) {
        return binaryByOutput.getOrDefault(output, binaryByDefault);
    }

    @Override
    public void close() {
        request.close();
    }
}
