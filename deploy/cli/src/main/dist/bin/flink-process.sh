# Sourced by jobmanager.sh and taskmanager.sh: replaces the shell by one Flink process in the foreground.
#
#   FLINK_CONF_DIR      directory of config.yaml (default: conf/ of the distribution)
#   FLINK_GPU_LOG_FILE  log file (default: log to the standard output)
#   FLINK_GPU_JVM_ARGS  further JVM options, separated by blanks
#   MALLOC_ARENA_MAX    pools of freed native memory that the C library keeps (default: 4)
#   JAVA_HOME           a Java 17 (default: java of the PATH)

set -euo pipefail

FLINK_GPU_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
FLINK_CONF_DIR=${FLINK_CONF_DIR:-$FLINK_GPU_HOME/conf}
export FLINK_CONF_DIR FLINK_LIB_DIR="$FLINK_GPU_HOME/lib"
export FLINK_PLUGINS_DIR="${FLINK_PLUGINS_DIR:-$FLINK_GPU_HOME/plugins}"
export TF_CPP_MIN_LOG_LEVEL="${TF_CPP_MIN_LOG_LEVEL:-2}"
# glibc opens up to eight pools a core by default, and what TensorFlow frees stays in the pool of its thread.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-4}"

java=java
if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
fi

# The configuration directory's own file where it has one, or else the distribution's.
conf_file() {
  if [ -f "$FLINK_CONF_DIR/$1" ]; then
    echo "$FLINK_CONF_DIR/$1"
  else
    echo "$FLINK_GPU_HOME/conf/$1"
  fi
}

# Asks Flink for the memory flags of a process; $1 is the question, the rest are arguments of the process.
# Prints the JVM flags in the first line and Flink's dynamic options in the second.
memory_flags() {
  local question=$1
  shift
  local answer
  if ! answer=$("$java" -XX:TieredStopAtLevel=1 \
    -Dlog4j.configurationFile="file:$(conf_file log4j-console.properties)" \
    -cp "$FLINK_GPU_HOME/lib/*" \
    org.apache.flink.runtime.util.bash.BashJavaUtils "$question" --configDir "$FLINK_CONF_DIR" "$@"); then
    printf '%s\n' "$answer" >&2
    return 1
  fi
  printf '%s\n' "$answer" | sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p'
}

# Prints the option by which the JVM gives freed native memory back to the system every five seconds, where it
# has that option: Java 17.0.9 and newer.
trim_flag() {
  local flag=-XX:TrimNativeHeapInterval=5000
  if "$java" "$flag" -version >/dev/null 2>&1; then
    echo "$flag"
  fi
}

# run_process MAIN_CLASS MEMORY_QUESTION ARGUMENT...
run_process() {
  local main_class=$1 question=$2
  shift 2
  local flags
  if ! flags=$(memory_flags "$question" "$@"); then
    echo "Cannot start $main_class: its memory options are invalid, see above." >&2
    exit 1
  fi
  local -a jvm_flags dynamic_options extra_flags trim logging
  read -r -a jvm_flags <<<"$(sed -n 1p <<<"$flags")"
  read -r -a dynamic_options <<<"$(sed -n 2p <<<"$flags")"
  read -r -a extra_flags <<<"${FLINK_GPU_JVM_ARGS:-}"
  read -r -a trim <<<"$(trim_flag)"
  if [ -n "${FLINK_GPU_LOG_FILE:-}" ]; then
    logging=("-Dlog.file=$FLINK_GPU_LOG_FILE"
      "-Dlog4j.configurationFile=file:$(conf_file log4j.properties)")
  else
    logging=("-Dlog4j.configurationFile=file:$(conf_file log4j-console.properties)")
  fi
  exec "$java" "@$FLINK_GPU_HOME/conf/jvm.options" "${jvm_flags[@]}" "${trim[@]}" "${extra_flags[@]}" "${logging[@]}" \
    -cp "$FLINK_GPU_HOME/lib/*" "$main_class" --configDir "$FLINK_CONF_DIR" "${dynamic_options[@]}" "$@"
}
