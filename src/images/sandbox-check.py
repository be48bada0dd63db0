"""Tells from inside a container whether its limits hold and whether its programs may do what trials need.

Arguments: the limits that it was started with: bytes of memory, processes. Writes one line of JSON.
Runs on every Python that there are images of.
"""
import json
import os
import subprocess
import sys
import threading

memory, pids = int(sys.argv[1]), int(sys.argv[2])
wrong = []


def first(*paths):
    for path in paths:
        try:
            with open(path) as text:
                return text.read().strip()
        except (IOError, OSError):
            pass
    return ""


def check(name, holds):
    if not holds:
        wrong.append(name)


status = dict(line.split(":", 1) for line in first("/proc/self/status").split("\n") if ":" in line)
limit = first("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
check("memory", limit.isdigit() and int(limit) <= memory)
check("capabilities", int(status.get("CapBnd", "1"), 16) == 0)
check("new privileges", status.get("NoNewPrivs", "1").strip() == "1")
check("seccomp profile", status.get("Seccomp", "2").strip() == "2")
check("user", os.getuid() != 0)
interfaces = [line.split(":")[0].strip() for line in first("/proc/net/dev").split("\n")[2:]]
check("network", not [name for name in interfaces if name.startswith(("eth", "en", "veth", "docker", "wlan"))])
try:
    open("/x", "w").close()
    wrong.append("read-only root")
except (IOError, OSError):
    pass

# What an old engine's seccomp profile refuses to a newer C library: threads, and children.
trouble = []
try:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
except RuntimeError as error:
    trouble.append("no thread can be started: %s" % error)
for name, command in (("child", ["/bin/sh", "-c", "test -x /bin/sh"]),
                      ("strace", ["strace", "-f", "-e", "trace=execve", "-o", "/tmp/traced", "true"])):
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = process.communicate()[0].decode("utf-8", "replace").strip()
        if process.returncode != 0:
            trouble.append("%s: status %d %s" % (name, process.returncode, said[-200:]))
    except OSError as error:
        trouble.append("%s: %s" % (name, error))

# Last, since nothing can be started afterwards: more processes than there may be.
children, refused = [], False
try:
    for _ in range(pids + 10):
        child = os.fork()
        if child == 0:
            import time
            time.sleep(10)
            os._exit(0)
        children.append(child)
except OSError:
    refused = True
for child in children:
    os.kill(child, 9)
check("processes", refused)
print(json.dumps({"wrong": wrong, "trouble": trouble}))
