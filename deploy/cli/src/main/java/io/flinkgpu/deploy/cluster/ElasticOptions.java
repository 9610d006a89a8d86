package io.flinkgpu.deploy.cluster;

import java.time.Duration;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * Options of a cluster whose job follows its task managers: it grows when one joins, goes on with
 * the rest when one is lost, and never gives up.
 *
 * <p>Flink's adaptive scheduler reads them from the cluster, not from the job. Flink's defaults
 * spare jobs with much state, for which a restart is dear; a pool's subtasks hold a lease alone,
 * and their server goes on through a restart.
 */
final class ElasticOptions {

    private static final Duration REACTION = Duration.ofSeconds(1);
    private static final Duration RESTART_DELAY = Duration.ofMillis(200);
    private static final Duration MAX_RESTART_DELAY = Duration.ofSeconds(5);

    /** As good as for ever, for which Flink takes no value: a negative one does not parse. */
    private static final Duration WAIT_FOR_TASK_MANAGERS = Duration.ofDays(365);

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(8);
    private static final int LOST_HEARTBEATS = 2;

    /** A pool serves without its job manager, whose replacement finds the task managers alive. */
    private static final Duration WAIT_FOR_JOB_MANAGER = Duration.ofDays(1);

    private ElasticOptions() {}

    static void addTo(ProcessOptions options) {
        addScheduler(options);
        addRestarts(options);
        addDetection(options);
    }

    private static void addScheduler(ProcessOptions options) {
        options.set(JobManagerOptions.SCHEDULER, JobManagerOptions.SchedulerType.Adaptive);
        options.set(
                JobManagerOptions.SCHEDULER_SUBMISSION_RESOURCE_STABILIZATION_TIMEOUT, REACTION);
        options.set(
                JobManagerOptions.SCHEDULER_SUBMISSION_RESOURCE_WAIT_TIMEOUT,
                WAIT_FOR_TASK_MANAGERS);
        options.set(JobManagerOptions.SCHEDULER_EXECUTING_RESOURCE_STABILIZATION_TIMEOUT, REACTION);
        options.set(JobManagerOptions.SCHEDULER_EXECUTING_COOLDOWN_AFTER_RESCALING, REACTION);
        options.set(JobManagerOptions.SCHEDULER_RESCALE_TRIGGER_MAX_DELAY, REACTION);
        options.set(JobManagerOptions.SCHEDULER_PREFER_MINIMAL_TASKMANAGERS_ENABLED, false);
        options.set(TaskManagerOptions.NUM_TASK_SLOTS, 1);
        options.set(
                TaskManagerOptions.TASK_MANAGER_LOAD_BALANCE_MODE,
                TaskManagerOptions.TaskManagerLoadBalanceMode.SLOTS);
    }

    private static void addRestarts(ProcessOptions options) {
        options.set(
                RestartStrategyOptions.RESTART_STRATEGY,
                RestartStrategyOptions.RestartStrategyType.EXPONENTIAL_DELAY.getMainValue());
        options.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                RESTART_DELAY);
        options.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                MAX_RESTART_DELAY);
        options.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                MAX_RESTART_DELAY.multipliedBy(2));
    }

    private static void addDetection(ProcessOptions options) {
        options.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, HEARTBEAT);
        options.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT);
        options.set(HeartbeatManagerOptions.HEARTBEAT_RPC_FAILURE_THRESHOLD, LOST_HEARTBEATS);
        options.set(ClusterOptions.ERROR_REGISTRATION_DELAY, REACTION);
        options.set(ClusterOptions.MAX_REGISTRATION_TIMEOUT, REACTION);
        options.set(TaskManagerOptions.REGISTRATION_TIMEOUT, WAIT_FOR_JOB_MANAGER);
    }
}
