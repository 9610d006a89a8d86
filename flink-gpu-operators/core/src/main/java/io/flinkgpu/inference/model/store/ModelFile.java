package io.flinkgpu.inference.model.store;

import org.apache.flink.annotation.Internal;

/**
 * A file of a model, as its directory lists it.
 *
 * @param path below the model's location, with slashes; the name where the location is the file
 * @param bytes its length
 * @param modifiedMillis when it was changed last, since the epoch
 */
@Internal
public record ModelFile(String path, long bytes, long modifiedMillis) {}
