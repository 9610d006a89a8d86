package io.flinkgpu.inference.pool.protocol;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * Names a request by its content: the same rows for the same model have the same id, also after a
 * restore and from another task.
 *
 * <p>128 bits of MurmurHash3 (Appleby, 2011) over the model, and over name, type, shape and bytes
 * of each tensor. The order of the tensors does not matter, as it does not for equal batches.
 *
 * @param text 32 hexadecimal digits
 * @param key 64 of the bits, spread evenly
 */
public record RequestId(String text, long key) {

    private static final int SEED = 0x0f11;

    /** The id of a batch for a model; reads the tensors where they lie. */
    public static RequestId of(ServedModel model, TensorBatch batch) {
        Hasher hasher = Hashing.murmur3_128(SEED).newHasher();
        put(hasher, model.name());
        put(hasher, model.version());
        new TreeMap<>(batch.tensors()).forEach((name, tensor) -> put(hasher, name, tensor));
        HashCode hash = hasher.hash();
        return new RequestId(hash.toString(), hash.asLong());
    }

    private static void put(Hasher hasher, String name, Tensor tensor) {
        put(hasher, name);
        put(hasher, tensor.dataType().protocolName());
        hasher.putInt(tensor.shape().rank());
        for (long length : tensor.shape().toArray()) {
            hasher.putLong(length);
        }
        hasher.putInt(tensor.byteSize());
        hasher.putBytes(tensor.data());
    }

    /** With its length in front, so that two texts are told from one. */
    private static void put(Hasher hasher, String text) {
        hasher.putInt(text.length()).putString(text, StandardCharsets.UTF_8);
    }
}
