#!/usr/bin/env bash
# Runs a job manager in the foreground: jobmanager.sh [-D key=value]...
. "$(dirname "${BASH_SOURCE[0]}")/flink-process.sh"
run_process org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint GET_JM_RESOURCE_PARAMS "$@"
