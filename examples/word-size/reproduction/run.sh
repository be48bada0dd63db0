#!/bin/sh
# Prints the byte order and the size of time_t, and ends with 1 where the named one is not as on x86-64.
#
#   ./run.sh byte-order
#   ./run.sh time_t
exec "${PYTHON:-python3}" "$(dirname -- "$0")/wordsize.py" "$@"
