package io.flinkgpu.inference.pool.job;

import java.time.Duration;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;

/**
 * Asks the registry for the members.
 *
 * @param knownVersion of the membership that the asker has; -1: none
 * @param patience how long the answer may be held back while nothing has changed
 */
record MembersRequest(long knownVersion, Duration patience) implements CoordinationRequest {}
