package io.flinkgpu.inference.python;

import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.python.PythonOptions.BatchFormat;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/** The Java code that docs/python.md and docs/coming-from-ray.md quote. */
final class DocumentedJobs {

    private static final OutputTag<DeadLetter<String>> FAILED =
            DeadLetter.tag("failed", Types.STRING);

    private DocumentedJobs() {}

    static ModelRef scale(Path directory) {
        // begin
        ModelRef scale =
                PythonModel.of(directory + "/scale.py:Scale")
                        .argument("factor", 2.5)
                        .requires("numpy>=1.20")
                        .ref();
        // end
        return scale;
    }

    static SingleOutputStreamOperator<String> sentiment(
            DataStream<String> reviews, Path directory) {
        // begin
        PythonModel sentiment =
                PythonModel.of(directory + "/sentiment.py:Sentiment")
                        .argumentOfJson("good", "[\"good\", \"great\"]")
                        .argument("threshold", 1)
                        .batchFormat(BatchFormat.NUMPY)
                        .text("review")
                        .workers(4);
        SingleOutputStreamOperator<String> labels =
                Inference.on(reviews)
                        .model(sentiment.ref())
                        .encode((review, row) -> row.string("review", review))
                        .decode((review, answer) -> review + ": " + answer.longs("score")[0])
                        .batch(Batching.ofSize(32).maxDelay(Duration.ofMillis(10)))
                        .deadLetters(FAILED)
                        .apply("sentiment");
        // end
        return labels;
    }
}
