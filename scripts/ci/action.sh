#!/bin/sh
# The step of action.yml, in the folder of the project that uses it.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
exec node --import "file://$root/node_modules/tsx/dist/esm/index.mjs" "$root/scripts/ci/step.ts" action
