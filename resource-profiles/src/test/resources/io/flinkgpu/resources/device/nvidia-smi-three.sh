#!/bin/sh
# Answers as nvidia-smi does on a machine with three devices, and only what the discovery asks.
if [ "$*" != "--query-gpu=index,uuid,name,memory.total,driver_version --format=csv,noheader,nounits" ]; then
  echo "Field \"$*\" is not a valid field to query."
  exit 2
fi
cat <<'OUT'
0, GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce, NVIDIA A100-SXM4-80GB, 81920, 550.54.15
1, GPU-5b7741d2-9c1c-51f4-8ef3-3cfd8f7a4c11, NVIDIA A100-SXM4-80GB, 81920, 550.54.15
2, GPU-e0a1f6f7-2d0e-4b8a-b5a6-0c8f3f0f6d1a, Tesla T4, 15360, 550.54.15
OUT
