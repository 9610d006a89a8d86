package io.flinkgpu.benchmarks.load;

import io.flinkgpu.inference.DeadLetter;
import java.io.IOException;
import java.io.Serializable;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Where the rows of a load come from, and where its results and dead letters go. Immutable. */
@Internal
public interface LoadEdges extends Serializable {

    /** A bounded source of the rows of a load, its operators named and in a slot sharing group. */
    DataStream<LoadRow> rows(
            StreamExecutionEnvironment environment, LoadSpec spec, SlotSharingGroup cpu);

    /** What writes the results exactly once. */
    Sink<LoadAnswer> results(LoadSpec spec);

    /** What writes the dead letters exactly once. */
    Sink<DeadLetter<LoadRow>> deadLetters(LoadSpec spec);

    /** The committed results; the caller closes the stream. */
    Stream<LoadAnswer> readResults(LoadSpec spec) throws IOException;

    /** The committed dead letters; the caller closes the stream. */
    Stream<LoadDeadLetter> readDeadLetters(LoadSpec spec) throws IOException;
}
