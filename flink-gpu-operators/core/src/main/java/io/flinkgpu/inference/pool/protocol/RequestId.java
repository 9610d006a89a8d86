package io.flinkgpu.inference.pool.protocol;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;
import org.apache.flink.annotation.Internal;

/**
 * Names a request by its content: the same rows for the same model have the same id, also after a
 * restore and from another task.
 *
 * <p>A hash over the model, and over name, type, shape and bytes of each tensor. The order of the
 * tensors does not matter, as it does not for equal batches.
 *
 * @param text hexadecimal digits
 * @param key 64 bits, spread evenly
 */
@Internal
public record RequestId(String text, long key) {

    private static final int SEED = 0x0f11;

    /**
     * The id of a batch for a model, as good as unique: 128 bits of MurmurHash3 (Appleby, 2011).
     * Reads the tensors where they lie.
     */
    public static RequestId of(ServedModel model, TensorBatch batch) {
        return hash(model, batch, (hasher, tensor) -> hasher.putBytes(tensor.data()));
    }

    /**
     * The id of a batch for a model by checksums of 32 bits (CRC-32C, RFC 3720) of its bytes: much
     * faster, for tracing and routing. Two batches may share it, so no answer may be kept under it.
     */
    public static RequestId quick(ServedModel model, TensorBatch batch) {
        return hash(model, batch, (hasher, tensor) -> hasher.putLong(checksum(tensor)));
    }

    private static RequestId hash(
            ServedModel model, TensorBatch batch, BiConsumer<Hasher, Tensor> content) {
        Hasher hasher = Hashing.murmur3_128(SEED).newHasher();
        put(hasher, model.name());
        put(hasher, model.version());
        new TreeMap<>(batch.tensors())
                .forEach(
                        (name, tensor) -> {
                            putHead(hasher, name, tensor);
                            content.accept(hasher, tensor);
                        });
        HashCode hash = hasher.hash();
        return new RequestId(hash.toString(), hash.asLong());
    }

    private static long checksum(Tensor tensor) {
        CRC32C checksum = new CRC32C();
        checksum.update(tensor.data());
        return checksum.getValue();
    }

    private static void putHead(Hasher hasher, String name, Tensor tensor) {
        put(hasher, name);
        put(hasher, tensor.dataType().protocolName());
        hasher.putInt(tensor.shape().rank());
        for (long length : tensor.shape().toArray()) {
            hasher.putLong(length);
        }
        hasher.putInt(tensor.byteSize());
    }

    /** With its length in front, so that two texts are told from one. */
    private static void put(Hasher hasher, String text) {
        hasher.putInt(text.length()).putString(text, StandardCharsets.UTF_8);
    }
}
