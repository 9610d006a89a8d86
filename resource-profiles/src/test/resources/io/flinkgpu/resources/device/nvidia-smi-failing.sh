#!/bin/sh
echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
echo "Make sure that the latest NVIDIA driver is installed and running."
exit 9
