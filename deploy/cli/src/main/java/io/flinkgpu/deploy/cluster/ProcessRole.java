package io.flinkgpu.deploy.cluster;

import org.apache.flink.annotation.Internal;

/** What a process of a local cluster is. */
@Internal
public enum ProcessRole {
    JOB_MANAGER("jobmanager.sh"),
    TASK_MANAGER("taskmanager.sh"),
    KAFKA_BROKER("kafka-broker.sh");

    private final String script;

    ProcessRole(String script) {
        this.script = script;
    }

    /** The script in the distribution's {@code bin/} that runs it in the foreground. */
    String script() {
        return script;
    }
}
