#!/bin/sh
# The program without the driver's libraries, as in a container that only mounts the program.
cat <<'OUT'
NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed and present in your system.
Please also try adding directory that contains libnvidia-ml.so to your system PATH.
OUT
exit 12
