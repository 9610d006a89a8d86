#!/bin/sh
# A device is lost between two fields of its line, as seen right after an XID 79.
cat <<'OUT'
0, GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce, NVIDIA L4, 23034, 535.161.08
1, GPU-5b7741d2-9c1c-51f4-8ef3-3cfd8f7a4c11, NVIDIA L4, [GPU is lost], 535.161.08
2, [Unknown Error], [Unknown Error], [Unknown Error], 535.161.08
3, GPU-5b7741d2-9c1c-51f4-8ef3-3cfd8f7a4c99, ERR!, ERR!, 535.161.08
OUT
exit 0
