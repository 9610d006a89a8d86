package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.JobSubmitter;
import java.net.URI;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** Submits the demo's job to the Flink that answers at an address and shares this class path. */
final class JobSubmission {

    private static final String NAME = "digits";

    private final JobSubmitter submitter;

    JobSubmission(URI address) {
        submitter = new JobSubmitter(address);
    }

    /** Returns when Flink has taken the job. */
    JobClient submit(DemoConfig config) throws Exception {
        StreamExecutionEnvironment environment = submitter.environment();
        DemoJob.define(environment, config);
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(NAME);
        return submitter.submit(graph);
    }
}
