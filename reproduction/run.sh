#!/bin/sh
# Runs reproduce.py under strace and shows the execve calls of its children that failed, then what the
# program itself says. Arguments go to reproduce.py; PYTHON names the interpreter.
#
#   ./run.sh
#   PYTHON=pypy3 ./run.sh --mutation delete --launcher subprocess-cwd --seconds 5
#
# Exit status as of reproduce.py without --json, so that `git bisect run` can use it: 0 nothing failed,
# 1 something did, 125 this Python does not have that launcher; 126 and above an error.
set -u

python=${PYTHON:-python3}
here=$(dirname -- "$0")
shown=20

fail() {
  printf '%s\n' "$1" >&2
  exit "$2"
}

command -v "$python" > /dev/null || fail "$python is missing: set PYTHON to an interpreter" 127
command -v strace > /dev/null || fail 'strace is missing: apt-get install strace' 127
said=$(mktemp) || fail 'no temporary file could be made' 126
trap 'rm -f "$said"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Stop at execve only and let every other system call run at full speed, where strace can.
if strace -f --seccomp-bpf -o /dev/null -e trace=execve true 2> /dev/null; then
  fast=--seccomp-bpf
else
  fast=
fi

# ENOENT is what looking for a bare name along PATH gives, in the best of worlds. A call that another
# thread's line interrupted comes in two pieces, which are put together again. A line is cut in its list
# of arguments, so that its result is seen at a hundred columns. The last line counts all calls.
# shellcheck disable=SC2016
failed='
  function fitting(line,    end, room) {
    if (length(line) <= 100 || !match(line, /\], 0x[0-9a-f]+ /)) return line
    end = substr(line, RSTART)
    room = 97 - length(end)
    return room < 30 ? line : substr(line, 1, room) "..." end
  }
  { pid = $1; text = substr($0, index($0, $2)) }
  text ~ /<unfinished \.\.\.>$/ {
    sub(/ *<unfinished \.\.\.>$/, "", text)
    begun[pid] = text
    next
  }
  text ~ /^<\.\.\. execve resumed>/ {
    sub(/^<\.\.\. execve resumed>/, "", text)
    text = begun[pid] text
    delete begun[pid]
  }
  text ~ /^execve\(/ && text ~ / = / { total++ }
  text ~ /^execve\(/ && text ~ / = -1 ENOENT / { absent++ }
  text ~ /^execve\(/ && text ~ / = -1 E[A-Z0-9]+ / && text !~ / = -1 ENOENT / {
    match(text, / = -1 E[A-Z0-9]+ /)
    errno = substr(text, RSTART + 6, RLENGTH - 7)
    if (!(errno in times)) kinds[++different] = errno
    times[errno]++
    if (++count <= '$shown') {
      sub(/ += -1 /, " = -1 ", text)
      print fitting("[pid " pid "] " text)
    }
  }
  END {
    if (count > '$shown') print "(and " count - '$shown' " more)"
    result = count > 0 ? count " failed (" : "none failed"
    for (kind = 1; kind <= different; kind++)
      result = result (kind > 1 ? ", " : "") kinds[kind] " " times[kinds[kind]]
    if (count > 0) result = result ")"
    if (absent > 0) result = result ", " absent " not found along PATH"
    print "strace: " total + 0 " execve, " result
  }
'

# What strace sees goes through awk to our own output at once, the program's lines wait in a file.
exec 3>&1
strace -f $fast -qq -s 64 -e trace=execve -e signal=none -o "|awk '$failed' >&3" \
  "$python" "$here/reproduce.py" "$@" > "$said"
status=$?

# An interpreter that dies at once, and a strace that may not trace, end with status 1, too. Only the
# program's last line tells that it came to its end.
cat "$said"
case $(tail -n 1 "$said") in
  *' calls, '*' exposed '* | *'"type": "summary"'*) ;;
  'unsupported: '* | *'"type": "unsupported"'*) ;;
  *) [ "$status" -ge 126 ] || status=126 ;;
esac
exit "$status"
