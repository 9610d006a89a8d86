package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apache.flink.annotation.Internal;

/** Counts over a whole cluster, as {@code /overview} gives them. */
@Internal
public record ClusterOverview(
        @JsonProperty("taskmanagers") int taskManagers,
        @JsonProperty("slots-total") int slotsTotal,
        @JsonProperty("slots-available") int slotsFree,
        @JsonProperty("jobs-running") int jobsRunning,
        @JsonProperty("jobs-finished") int jobsFinished,
        @JsonProperty("jobs-cancelled") int jobsCancelled,
        @JsonProperty("jobs-failed") int jobsFailed,
        @JsonProperty("flink-version") String flinkVersion) {}
