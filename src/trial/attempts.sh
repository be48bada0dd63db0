#!/bin/sh
# Runs a reproduction again and again in one container: each attempt in its own session, in a fresh
# copy of the folder, with an empty /tmp and nothing left of the attempt before. Reads no file that an
# attempt can write.
# Arguments: the mark that begins each of its own lines, how many attempts, what standard input is
# (empty, open or tty), then run.sh's own arguments.
mark=$1 wanted=$2 input=$3
shift 3
umask 022
HOME=/home/matrix
PATH=/matrix/bin:$PATH
export HOME PATH

# On both streams, so that a reader of either knows to which attempt a line belongs.
tell() {
  printf '\n%s %s\n' "$mark" "$1"
  printf '\n%s %s\n' "$mark" "$1" >&2
}

give_up() {
  tell "broken $1"
  exit 0
}

# Ends every process but this shell and the container's init.
end_processes() {
  rounds=0
  while :; do
    kill -s KILL -- -1 2> /dev/null
    others=
    for process in /proc/[0-9]*; do
      case ${process#/proc/} in
        1 | $$) ;;
        *) others=${process#/proc/} ;;
      esac
    done
    [ -z "$others" ] && return
    # Killed, and not yet reaped.
    rounds=$((rounds + 1))
    if [ "$rounds" -gt 20 ]; then sleep 0.1 2> /dev/null || sleep 1; fi
    [ "$rounds" -gt 100 ] && give_up "the process $others cannot be ended"
  done
}

# $@ is what globs of the folders that can be written left: the patterns themselves where they are empty.
remove() {
  for path; do
    shift
    if [ -e "$path" ] || [ -L "$path" ]; then set -- "$@" "$path"; fi
  done
  [ $# -eq 0 ] && return
  rm -rf -- "$@" 2> /dev/null && return
  # A folder without its owner's permission.
  chmod -R u+rwX -- "$@" 2> /dev/null
  rm -rf -- "$@" 2> /dev/null || give_up 'what it wrote cannot be removed'
}

# Shared memory, semaphores and queues of System V outlive their processes.
check_ipc() {
  for table in /proc/sysvipc/shm /proc/sysvipc/sem /proc/sysvipc/msg; do
    [ -r "$table" ] || continue
    lines=0
    while read -r _; do lines=$((lines + 1)); done < "$table"
    [ "$lines" -gt 1 ] && give_up 'it left System V objects behind'
  done
}

clean() {
  remove /tmp/* /tmp/.[!.]* /tmp/..?* /home/matrix/* /home/matrix/.[!.]* /home/matrix/..?* \
    /dev/shm/* /dev/shm/.[!.]* /dev/mqueue/*
  check_ipc
}

# How often the limits of memory and of processes were reached in this container, in all.
reached() {
  memory=0 processes=0
  for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control \
    /sys/fs/cgroup/pids.events /sys/fs/cgroup/pids/pids.events; do
    [ -r "$file" ] || continue
    while read -r key value _; do
      case $key in
        oom_kill) memory=$value ;;
        max) case $file in *pids*) processes=$value ;; esac ;;
      esac
    done < "$file"
  done
}

# That of old releases of util-linux ends with 1 where a program is missing, as if it had run.
session=
setsid /matrix/missing > /dev/null 2>&1
if [ $? -eq 127 ] && command -v setsid > /dev/null 2>&1; then session=setsid; fi

# $1 is the folder that is copied; the rest are the arguments.
attempt() {
  folder=$1
  shift
  cp -RP "$folder" /home/matrix/reproduction || give_up 'the folder cannot be copied'
  cd /home/matrix/reproduction || give_up 'the folder cannot be entered'
  case $input in
    open)
      mkfifo /home/matrix/.input && exec 3<> /home/matrix/.input || give_up 'there is no pipe'
      $session ./run.sh "$@" < /home/matrix/.input 3<&-
      status=$?
      exec 3<&-
      ;;
    tty)
      # Another session would have no terminal.
      stty cols 80 rows 24 2> /dev/null
      ./run.sh "$@"
      status=$?
      ;;
    *)
      $session ./run.sh "$@" < /dev/null
      status=$?
      ;;
  esac
  cd /
  end_processes
}

if [ "$input" = shell ]; then
  cp -RP /matrix/folder /home/matrix/reproduction
  cd /home/matrix/reproduction || exit 1
  exec "$@"
fi

# Whether this shell and this container report what happens, before anything is concluded from them.
run=$input
[ "$input" = tty ] || input=empty
for check in 0 7 crash; do
  clean
  attempt /matrix/check "$check"
  tell "end check-$check $status 0 0"
done
input=$run

# Podman 4 gives a volume to the container's user: what one attempt could change, no other one may use.
if [ -w /matrix ]; then wanted=1; fi

number=0
while [ "$number" -lt "$wanted" ]; do
  clean
  reached
  memory_before=$memory processes_before=$processes
  number=$((number + 1))
  tell "begin $number"
  attempt /matrix/folder "$@"
  reached
  tell "end $number $status $((memory - memory_before)) $((processes - processes_before))"
done
