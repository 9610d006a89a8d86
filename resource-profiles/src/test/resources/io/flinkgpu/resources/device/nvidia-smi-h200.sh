#!/bin/sh
# A virtual machine with one H200 that is passed through, driver 580: nothing is wrong.
case "$*" in
*mig.mode*) echo 'GPU-0d9c2f4e-7a51-4c36-9b1e-5f2a8c7d6e10, Disabled' ;;
-L) echo 'GPU 0: NVIDIA H200 (UUID: GPU-0d9c2f4e-7a51-4c36-9b1e-5f2a8c7d6e10)' ;;
*) echo '0, GPU-0d9c2f4e-7a51-4c36-9b1e-5f2a8c7d6e10, NVIDIA H200, 143771, 580.159.04' ;;
esac
exit 0
