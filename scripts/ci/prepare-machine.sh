#!/bin/sh
# What a bare Debian machine or container needs before the program itself can install the rest.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# A workflow has set up its Node already; Debian's would not replace it.
node=$(command -v npm >/dev/null || echo nodejs npm)
# shellcheck disable=SC2086 # the names of two packages, or none
apt-get install -qy --no-install-recommends ca-certificates git make $node
npm ci --ignore-scripts --no-audit --no-fund
touch node_modules/.installed
