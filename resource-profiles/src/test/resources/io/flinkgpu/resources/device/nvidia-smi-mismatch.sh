#!/bin/sh
# The driver was updated while the machine runs.
cat <<'OUT'
Failed to initialize NVML: Driver/library version mismatch
NVML library version: 550.163
OUT
exit 18
