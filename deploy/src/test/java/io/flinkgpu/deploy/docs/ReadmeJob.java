package io.flinkgpu.deploy.docs;

import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.resources.StageProfiles;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** The snippet of the README, between its two marks. */
final class ReadmeJob {

    private ReadmeJob() {}

    record Label(String path, long digit) {}

    static SingleOutputStreamOperator<Label> labels(DataStream<DecodedImage> images) {
        // begin
        SingleOutputStreamOperator<Label> labels =
                Inference.on(images)
                        .model(ModelRef.savedModel("/models/digits"))
                        .encode((image, row) -> row.floats(image.pixels()))
                        .decode(
                                (image, answer) ->
                                        new Label(image.path(), answer.longs("label")[0]))
                        .profile(StageProfiles.fromYaml(Path.of("profiles.yaml")).get("inference"))
                        .batch(Batching.ofSize(64).maxDelay(Duration.ofMillis(10)))
                        .outputMode(OutputMode.UNORDERED)
                        .apply("classify");
        // end
        return labels;
    }
}
