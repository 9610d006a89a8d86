package io.flinkgpu.inference;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.OutputTag;

/**
 * A row that could not be inferred.
 *
 * @param row as it entered the operator
 * @param errorClass simple name of the exception's class
 * @param cause the exception's message
 */
public record DeadLetter<IN>(IN row, String errorClass, String cause) {

    /** A tag for the dead letters of rows of a type. */
    public static <IN> OutputTag<DeadLetter<IN>> tag(String id, TypeInformation<IN> rowType) {
        return new OutputTag<>(id, typeInfo(rowType));
    }

    @SuppressWarnings("unchecked") // a class literal has no type argument
    private static <IN> TypeInformation<DeadLetter<IN>> typeInfo(TypeInformation<IN> rowType) {
        Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
        fields.put("row", rowType);
        fields.put("errorClass", Types.STRING);
        fields.put("cause", Types.STRING);
        return Types.POJO((Class<DeadLetter<IN>>) (Class<?>) DeadLetter.class, fields);
    }
}
