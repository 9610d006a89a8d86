#!/bin/sh
# A container without the control device: its runtime blocks access, as after a reload of systemd.
echo 'Failed to initialize NVML: GPU access blocked by the operating system'
exit 17
