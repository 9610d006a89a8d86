package io.flinkgpu.connectors.budget;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.OutputTag;

/**
 * What has passed.
 *
 * <p>Public for Flink's serializer of records alone.
 *
 * @param rows that entered the job
 * @param letters dead letters, by their class
 * @param latest the cause of the last one of them, shortened; empty if there is none
 */
@Internal
public record BudgetCount(long rows, Map<String, Long> letters, String latest) {

    static final BudgetCount NONE = new BudgetCount(0, Map.of(), "");

    static final OutputTag<BudgetCount> TAG = new OutputTag<>("error-budget", typeInfo());

    /** Copies the counts. */
    public BudgetCount {
        letters = Map.copyOf(letters);
    }

    /** Both together; the other one is the later. */
    BudgetCount plus(BudgetCount other) {
        Map<String, Long> sum = new HashMap<>(letters);
        other.letters.forEach((errorClass, count) -> sum.merge(errorClass, count, Long::sum));
        return new BudgetCount(
                rows + other.rows, sum, other.latest.isEmpty() ? latest : other.latest);
    }

    /** All dead letters. */
    long deadLetters() {
        return letters.values().stream().mapToLong(Long::longValue).sum();
    }

    static TypeInformation<BudgetCount> typeInfo() {
        Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
        fields.put("rows", Types.LONG);
        fields.put("letters", Types.MAP(Types.STRING, Types.LONG));
        fields.put("latest", Types.STRING);
        return Types.POJO(BudgetCount.class, fields);
    }
}
