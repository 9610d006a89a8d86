package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/**
 * One job of a cluster.
 *
 * @param duration since the job's start, up to its end where it has ended
 */
@Internal
public record JobSummary(JobID id, String name, JobStatus status, Duration duration) {

    @JsonCreator
    static JobSummary fromRest(
            @JsonProperty("jid") String id,
            @JsonProperty("name") String name,
            @JsonProperty("state") JobStatus status,
            @JsonProperty("duration") long durationMillis) {
        return new JobSummary(
                JobID.fromHexString(id), name, status, Duration.ofMillis(durationMillis));
    }
}
