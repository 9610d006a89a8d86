#!/bin/sh
# A device has fallen off the bus while the machine runs: the others are listed, and the code is 15.
cat <<'OUT'
0, GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce, NVIDIA A100-SXM4-80GB, 81920, 550.54.15
Unable to determine the device handle for GPU0000:C1:00.0: Unknown Error
OUT
exit 15
