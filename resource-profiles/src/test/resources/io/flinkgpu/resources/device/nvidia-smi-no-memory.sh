#!/bin/sh
echo "0, GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce, NVIDIA GB10, [N/A], 580.95.05"
