#!/bin/sh
# What a bare Debian machine or container needs before the program itself can install the rest.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -qy --no-install-recommends ca-certificates git make nodejs npm
npm ci --no-audit --no-fund
touch node_modules/.installed
