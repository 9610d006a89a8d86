#!/bin/sh
# A board's infoROM is damaged, which harms nothing but its settings: a warning follows, and the code is 14.
cat <<'OUT'
0, GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce, Tesla V100-PCIE-32GB, 32768, 470.182.03
1, GPU-5b7741d2-9c1c-51f4-8ef3-3cfd8f7a4c11, Tesla V100-PCIE-32GB, 32768, 470.182.03
WARNING: infoROM is corrupted at gpu 0000:3B:00.0
OUT
exit 14
