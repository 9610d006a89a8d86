#!/bin/sh
echo "index, uuid"
