#!/bin/sh
# A GB10 shares the memory of the machine; some virtual devices do not tell theirs either.
cat <<'OUT'
0, GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce, NVIDIA GB10, [N/A], 580.95.05
1, GPU-5b7741d2-9c1c-51f4-8ef3-3cfd8f7a4c11, GRID A100X-10C, [Not Supported], 535.161.08
OUT
exit 0
