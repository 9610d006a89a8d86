package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.api.java.typeutils.MissingTypeInfo;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.streaming.runtime.partitioner.RebalancePartitioner;
import org.apache.flink.streaming.runtime.partitioner.StreamPartitioner;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

class StageOutputTest {

    private static final OutputTag<Long> SIDE = new OutputTag<>("side", Types.LONG);

    private final StreamExecutionEnvironment environment =
            StreamExecutionEnvironment.getExecutionEnvironment();

    StageOutputTest() {
        environment.setParallelism(2);
    }

    @Test
    void isDealtOutThoughBothSidesHaveTheSameParallelism() {
        stage().map(row -> row).returns(Types.LONG).name("next").sinkTo(new DiscardingSink<>());

        assertThat(edgeInto("next")).isInstanceOf(RebalancePartitioner.class);
    }

    @Test
    void dealsSideOutputsOutAsWell() {
        stage().getSideOutput(SIDE)
                .map(row -> row)
                .returns(Types.LONG)
                .name("next")
                .sinkTo(new DiscardingSink<>());

        assertThat(edgeInto("next")).isInstanceOf(RebalancePartitioner.class);
    }

    @Test
    void goesWhereTheUserSays() {
        stage().forward()
                .map(row -> row)
                .returns(Types.LONG)
                .name("next")
                .sinkTo(new DiscardingSink<>());

        assertThat(edgeInto("next")).isInstanceOf(ForwardPartitioner.class);
    }

    @Test
    void passesSettingsOnToTheStage() {
        SingleOutputStreamOperator<Long> output =
                stage().name("renamed").uid("id").setParallelism(3).setMaxParallelism(12);
        output.sinkTo(new DiscardingSink<>());

        StreamNode stage = node("renamed");
        assertThat(stage.getTransformationUID()).isEqualTo("id");
        assertThat(stage.getParallelism()).isEqualTo(3);
        assertThat(stage.getMaxParallelism()).isEqualTo(12);
        assertThat(output.getParallelism()).isEqualTo(3);
        assertThat(output.getName()).isEqualTo("renamed");
    }

    @Test
    void isDealtOutOnceItsTypeIsKnown() {
        SingleOutputStreamOperator<Tuple2<Long, Long>> untyped =
                environment.fromSequence(0, 9).map(row -> Tuple2.of(row, row)).name("stage");
        StageOutput.of(untyped, missing())
                .returns(Types.TUPLE(Types.LONG, Types.LONG))
                .map(row -> row.f0)
                .returns(Types.LONG)
                .name("next")
                .sinkTo(new DiscardingSink<>());

        assertThat(edgeInto("next")).isInstanceOf(RebalancePartitioner.class);
    }

    @Test
    void aGenericTypeMayBeReplaced() {
        SingleOutputStreamOperator<Row> stage =
                environment.fromSequence(0, 9).map(row -> Row.of(row)).name("stage");
        StageOutput.of(stage, new GenericTypeInfo<>(Row.class))
                .returns(Types.ROW(Types.LONG))
                .map(row -> 1L)
                .returns(Types.LONG)
                .name("next")
                .sinkTo(new DiscardingSink<>());

        assertThat(edgeInto("next")).isInstanceOf(RebalancePartitioner.class);
    }

    @Test
    void takesTheTypeThatItHasAndRefusesAnother() {
        SingleOutputStreamOperator<Long> output = stage();

        assertThat(output.returns(Types.LONG)).isSameAs(output);
        assertThatThrownBy(() -> output.returns(new GenericTypeInfo<>(Long.class)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("its decoder returns Long.");
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Flink's placeholder is of no type
    private static <T> TypeInformation<T> missing() {
        return (TypeInformation) new MissingTypeInfo("stage");
    }

    private SingleOutputStreamOperator<Long> stage() {
        return StageOutput.of(
                environment.fromSequence(0, 9).process(new Copying()).name("stage"), Types.LONG);
    }

    private StreamPartitioner<?> edgeInto(String name) {
        return node(name).getInEdges().get(0).getPartitioner();
    }

    private StreamNode node(String name) {
        StreamGraph graph = environment.getStreamGraph(false);
        return graph.getStreamNodes().stream()
                .filter(node -> node.getOperatorName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static final class Copying extends ProcessFunction<Long, Long> {

        @Override
        public void processElement(Long row, Context context, Collector<Long> out) {
            out.collect(row);
            context.output(SIDE, row);
        }
    }
}
