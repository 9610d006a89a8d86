package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Counts over a whole cluster, as {@code /overview} gives them. */
public record ClusterOverview(
        @JsonProperty("taskmanagers") int taskManagers,
        @JsonProperty("slots-total") int slotsTotal,
        @JsonProperty("slots-available") int slotsFree,
        @JsonProperty("jobs-running") int jobsRunning,
        @JsonProperty("jobs-finished") int jobsFinished,
        @JsonProperty("jobs-cancelled") int jobsCancelled,
        @JsonProperty("jobs-failed") int jobsFailed,
        @JsonProperty("flink-version") String flinkVersion) {}
