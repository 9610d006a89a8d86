#!/usr/bin/env bash
# Runs a task manager in the foreground: taskmanager.sh [-D key=value]...
. "$(dirname "${BASH_SOURCE[0]}")/flink-process.sh"
run_process org.apache.flink.runtime.taskexecutor.TaskManagerRunner GET_TM_RESOURCE_PARAMS "$@"
