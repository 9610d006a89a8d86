package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apache.flink.annotation.Internal;

/**
 * One registered task manager.
 *
 * <p>Where stages have profiles, slots are cut from the resources as jobs ask for them: then the
 * resources tell what is free, and {@code slotsTotal} counts slots of the default size alone.
 *
 * @param id its resource id, {@code taskmanager.resource-id} where that is set
 * @param address the RPC address of its process
 */
@Internal
public record TaskManagerInfo(
        @JsonProperty("id") String id,
        @JsonProperty("path") String address,
        @JsonProperty("slotsNumber") int slotsTotal,
        @JsonProperty("freeSlots") int slotsFree,
        @JsonProperty("totalResource") TaskManagerResources total,
        @JsonProperty("freeResource") TaskManagerResources free) {}
