#!/usr/bin/env bash
# Runs a Kafka broker in the foreground: kafka-broker.sh SERVER_PROPERTIES. Formats its data directory the first time.
#
#   FLINK_GPU_LOG_FILE  log file (default: log to the standard output)
#   KAFKA_JVM_ARGS      further JVM options, separated by blanks (default: -Xmx512m)
#   JAVA_HOME           a Java 17 (default: java of the PATH)

set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
properties=${1:?usage: kafka-broker.sh SERVER_PROPERTIES}
# "flink-gpu-local-" in base64: brokers of one directory each, which never meet.
cluster_id=ZmxpbmstZ3B1LWxvY2FsLQ

java=java
if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
fi
read -r -a flags <<<"${KAFKA_JVM_ARGS:--Xmx512m}"
if [ -n "${FLINK_GPU_LOG_FILE:-}" ]; then
  logging=("-Dlog.file=$FLINK_GPU_LOG_FILE" "-Dlog4j.configurationFile=file:$home/conf/log4j.properties")
else
  logging=("-Dlog4j.configurationFile=file:$home/conf/log4j-console.properties")
fi

data=$(sed -n 's/^log\.dirs=//p' "$properties")
if [ ! -f "$data/meta.properties" ]; then
  "$java" -XX:TieredStopAtLevel=1 "${flags[@]}" "${logging[@]}" -cp "$home/kafka/*" kafka.tools.StorageTool \
    format --ignore-formatted --cluster-id "$cluster_id" --config "$properties"
fi
exec "$java" "${flags[@]}" "${logging[@]}" -cp "$home/kafka/*" kafka.Kafka "$properties"
