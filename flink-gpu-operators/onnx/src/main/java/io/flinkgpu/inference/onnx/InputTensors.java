package io.flinkgpu.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The native input tensors of one run.
 *
 * <p>They lie over our memory: over a part's own where it is the only one and ONNX Runtime can read
 * it, or else over a buffer of the pool in which all parts are gathered. Used by one run.
 */
final class InputTensors implements AutoCloseable {

    private final String model;
    private final OrtEnvironment environment;
    private final Map<String, OnnxTensor> byInput = new LinkedHashMap<>();
    private final List<Tensor> gathered = new ArrayList<>();

    InputTensors(String model, OrtEnvironment environment) {
        this.model = model;
        this.environment = environment;
    }

    /** The tensors added so far, valid until {@link #close()}. */
    Map<String, OnnxTensor> tensors() {
        return byInput;
    }

    /**
     * Adds an input with the rows of all parts.
     *
     * @throws ModelRunException if a string is none that ONNX Runtime's Java API can hand over
     */
    void add(TensorSpec input, List<TensorBatch> parts) throws OrtException, ModelRunException {
        List<Tensor> tensors = parts.stream().map(part -> part.tensor(input.name())).toList();
        Shape row = tensors.get(0).shape().withoutLeadingAxis();
        long rows = parts.stream().mapToLong(TensorBatch::rows).sum();
        long[] shape = row.withLeadingAxis(rows).toArray();
        byInput.put(
                input.name(),
                input.dataType() == DataType.BYTES
                        ? OnnxTensor.createTensor(environment, strings(input, tensors), shape)
                        : numbers(input, tensors, shape));
    }

    /** The tensors first: INVARIANT: memory outlives what lies over it. */
    @Override
    public void close() {
        byInput.values().forEach(OnnxTensor::close);
        gathered.forEach(Tensor::close);
    }

    private OnnxTensor numbers(TensorSpec input, List<Tensor> tensors, long[] shape)
            throws OrtException {
        // Ours are little-endian, as are all processors that ONNX Runtime has natives for.
        ByteBuffer memory = memory(input, tensors).order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(
                environment, memory, shape, OnnxTypes.fixedSize(input.dataType()).orElseThrow());
    }

    private ByteBuffer memory(TensorSpec input, List<Tensor> tensors) {
        ByteBuffer first = tensors.get(0).data();
        if (tensors.size() == 1 && isReadable(first, input.dataType().byteSize())) {
            return first;
        }
        Tensor whole = Tensor.concatenate(tensors, DirectBufferPool.ofProcess());
        gathered.add(whole);
        return whole.data();
    }

    /** Native code takes addresses, and elements where the processor expects them. */
    private static boolean isReadable(ByteBuffer memory, int elementBytes) {
        return memory.isDirect() && memory.alignmentOffset(0, elementBytes) == 0;
    }

    private String[] strings(TensorSpec input, List<Tensor> tensors) throws ModelRunException {
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
        List<String> strings = new ArrayList<>();
        for (Tensor tensor : tensors) {
            ByteBuffer data = tensor.data();
            while (data.hasRemaining()) {
                int length = data.getInt();
                ByteBuffer element = data.slice(data.position(), length);
                data.position(data.position() + length);
                strings.add(string(input, strings.size(), element, utf8));
            }
        }
        return strings.toArray(String[]::new);
    }

    /**
     * The Java API hands strings over in the JVM's modified UTF-8, which is UTF-8 within the Basic
     * Multilingual Plane alone: a model would be given other text without a word.
     */
    private String string(TensorSpec input, int index, ByteBuffer element, CharsetDecoder utf8)
            throws ModelRunException {
        try {
            CharBuffer decoded = utf8.decode(element);
            if (decoded.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c))) {
                return decoded.toString();
            }
        } catch (CharacterCodingException noText) {
            // falls through to the one error for all bad strings
        }
        throw new ModelRunException(
                        "Cannot run %s: element %d of input '%s' is not UTF-8 within the Basic Multilingual Plane without U+0000, and ONNX Runtime's Java API takes no other strings. Give the model token ids instead."
                                .formatted(model, index, input.name()))
                .classified(ErrorClass.DATA);
    }
}
