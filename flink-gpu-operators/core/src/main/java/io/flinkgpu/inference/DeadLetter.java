package io.flinkgpu.inference;

import io.flinkgpu.inference.fault.ErrorClass;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.OutputTag;

/**
 * A row that could not be inferred.
 *
 * @param row as it entered the operator
 * @param errorClass what kind of failure it was
 * @param exception simple name of the exception's class
 * @param cause the exception's message
 * @param attempts how often the row was sent to a model, 0 if it could not be encoded
 * @param place the replica or device that failed last; empty if none did
 * @param arrivedAtMillis when it entered the operator, epoch milliseconds of the task manager;
 *     after a restore, when it was taken up again
 * @param failedAtMillis when it was given up, the same clock
 */
@PublicEvolving
public record DeadLetter<IN>(
        IN row,
        ErrorClass errorClass,
        String exception,
        String cause,
        int attempts,
        String place,
        long arrivedAtMillis,
        long failedAtMillis) {

    /** A tag for the dead letters of rows of a type. */
    public static <IN> OutputTag<DeadLetter<IN>> tag(String id, TypeInformation<IN> rowType) {
        return new OutputTag<>(id, typeInfo(rowType));
    }

    /** How Flink moves dead letters of rows of a type. */
    @SuppressWarnings("unchecked") // a class literal has no type argument
    public static <IN> TypeInformation<DeadLetter<IN>> typeInfo(TypeInformation<IN> rowType) {
        Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
        fields.put("row", rowType);
        fields.put("errorClass", Types.ENUM(ErrorClass.class));
        fields.put("exception", Types.STRING);
        fields.put("cause", Types.STRING);
        fields.put("attempts", Types.INT);
        fields.put("place", Types.STRING);
        fields.put("arrivedAtMillis", Types.LONG);
        fields.put("failedAtMillis", Types.LONG);
        return Types.POJO((Class<DeadLetter<IN>>) (Class<?>) DeadLetter.class, fields);
    }
}
