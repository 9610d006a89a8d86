#!/bin/sh
# A wrapper or a driver prints something before and after the table.
cat <<'OUT'
NVIDIA-SMI wrapper of this site, see the wiki
Warning: persistence mode is disabled on device 0000:3B:00.0.
0, GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce, NVIDIA T4, 15360, 550.54.15
All done, with commas, too.
OUT
exit 0
