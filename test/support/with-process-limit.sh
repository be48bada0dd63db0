#!/bin/sh
# Runs a command that may have so many processes, and that sees the events of its own control group where
# a container sees them. Arguments: how many, the command. Needs root.
set -eu
limit=$1
shift
root=/sys/fs/cgroup
if [ -d $root/pids ]; then root=$root/pids; else echo +pids > $root/cgroup.subtree_control; fi
group=$root/process-limit-test.$$
mkdir "$group"
trap 'rmdir "$group"' EXIT
echo "$limit" > "$group/pids.max"
# shellcheck disable=SC2016 # for the inner shells
sh -c '
  echo $$ > "$1/cgroup.procs"
  shift
  exec unshare --cgroup --mount sh -c '\''
    root=$1
    shift
    umount "$root"
    case $root in
      */pids) mount -t cgroup -o pids none "$root" ;;
      *) mount -t cgroup2 none "$root" ;;
    esac
    exec "$@"
  '\'' sh "$@"
' sh "$group" "$root" "$@"
