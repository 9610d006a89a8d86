package io.flinkgpu.connectors.source;

import java.io.Serializable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Makes what a source emits of what it reads. Called by the task thread, a record once.
 *
 * @param <T> what is read
 * @param <R> what is emitted
 */
@Internal
public interface RecordMapping<T, R> extends Serializable {

    /**
     * What is emitted for a record, or null to leave it out as one that cannot be read, which
     * counts as an error.
     *
     * @throws Exception if the job has to fail for it
     */
    @Nullable
    R map(T record) throws Exception;

    /** The type of what is emitted. */
    TypeInformation<R> type();

    /** Emits records as they are. */
    record Identity<T>(TypeInformation<T> type) implements RecordMapping<T, T> {

        @Override
        public T map(T record) {
            return record;
        }
    }
}
