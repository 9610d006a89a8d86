package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.file.ReadFailure;
import java.io.Serializable;
import javax.annotation.Nullable;

/** Tells why a record could not be read. */
@FunctionalInterface
interface Failures<T> extends Serializable {

    /** The reason, or null for a record that was read. */
    @Nullable
    ReadFailure of(T record);
}
