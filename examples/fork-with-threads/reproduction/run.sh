#!/bin/sh
# Shows whether children of os.fork() hang while other threads of their parent are busy.
#
#   ./run.sh services          with python3
#   PYTHON=pypy3 ./run.sh file
exec "${PYTHON:-python3}" "$(dirname -- "$0")/forkcheck.py" "$@"
