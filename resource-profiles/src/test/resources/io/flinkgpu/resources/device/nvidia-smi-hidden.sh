#!/bin/sh
# A container whose runtime gave it the driver, and no device file.
echo 'No devices were found'
exit 6
