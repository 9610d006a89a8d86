package io.flinkgpu.connectors.kafka;

import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes records; one that cannot be decoded goes to {@link #REJECTED}, and the partition goes on.
 *
 * <p>Counts both in the metrics {@code payloadsDecoded} and {@code payloadsRejected}. Keeps no
 * state.
 */
@PublicEvolving
public final class PayloadDecodeFunction<T> extends ProcessFunction<KafkaPayload, T>
        implements ResultTypeQueryable<T> {

    /** The side output of the records left out. */
    public static final OutputTag<RejectedPayload> REJECTED =
            new OutputTag<>("rejected-payloads", TypeInformation.of(RejectedPayload.class));

    private final PayloadDecoder<? extends T> decoder;
    private final TypeInformation<T> type;

    private transient Counter decoded;
    private transient Counter rejected;

    /**
     * A function for one type of rows.
     *
     * @param type of the rows, which Flink cannot tell from a lambda
     */
    public PayloadDecodeFunction(PayloadDecoder<? extends T> decoder, TypeInformation<T> type) {
        this.decoder = Objects.requireNonNull(decoder, "decoder");
        this.type = Objects.requireNonNull(type, "type");
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return type;
    }

    @Override
    public void open(OpenContext context) {
        decoded = getRuntimeContext().getMetricGroup().counter("payloadsDecoded");
        rejected = getRuntimeContext().getMetricGroup().counter("payloadsRejected");
    }

    @Override
    public void processElement(KafkaPayload payload, Context context, Collector<T> out) {
        T row;
        try {
            row = Objects.requireNonNull(decoder.decode(payload), "The decoder returned null.");
        } catch (Exception | StackOverflowError poison) {
            // The record is kept with its cause; values nested too deep overflow parsers' stacks.
            context.output(REJECTED, RejectedPayload.of(payload, poison));
            rejected.inc();
            return;
        }
        decoded.inc();
        out.collect(row);
    }
}
