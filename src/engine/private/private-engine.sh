#!/bin/sh
# The first process of the private engine's own process and mount namespaces. Every process that the
# engine starts lives in them, and the kernel ends them all, and undoes their mounts, when this one
# ends: by itself, or because the program that started it was killed.
#
# Arguments: the engine's command. Standard input: held open by the program that wants the engine;
# when it closes, for whatever reason, the engine is asked to stop.
set -eu

# An engine that sees a containerd of the system's shares it, and its containers. This one shall have
# its own, so it does not get to see that folder.
mkdir -p /run/containerd
mount -t tmpfs -o mode=711 tmpfs /run/containerd

exec 3<&0 </dev/null
"$@" 3<&- &
engine=$!
(
  # Waits for the end of the input; nothing is ever written to it.
  read -r _ <&3 || true
  kill -TERM "$engine"
) &
# Meanwhile the shell also reaps what the engine's processes leave behind, as a first process must.
wait "$engine"
