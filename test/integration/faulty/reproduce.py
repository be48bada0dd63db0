"""The reproduction with a fault in it, which the variable FAULT names. Runs on Python 3.11.

It stands where the real reproduction does, which is beside it in whole/. Most faults are as mean as can
be: they let the real one run to its end, and spoil nothing but what their name says, so that a program
that looks the wrong way would see a trial in perfect order.
"""

import ctypes
import json
import os
import signal
import struct
import subprocess
import sys
import time

WHOLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "whole", "reproduce.py")
MEBIBYTE = 1 << 20
FLOOD_BYTES = 100 * MEBIBYTE

FAULTS = {}


def fault(function):
    FAULTS[function.__name__.replace("_", "-")] = function
    return function


def write(text, stream=1):
    data = text if isinstance(text, bytes) else text.encode()
    while data:
        data = data[os.write(stream, data):]


def whole_lines(arguments=()):
    """Each line of the real reproduction, as it comes, and its type."""
    command = [sys.executable, WHOLE] + sys.argv[1:] + list(arguments)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            for line in process.stdout:
                yield json.loads(line)["type"], line
        except BaseException:
            process.kill()  # nobody reads on
            raise
    if process.returncode != 0:
        raise SystemExit("the real reproduction ended with %d" % process.returncode)


def pass_on(arguments=(), **summary_changes):
    """Writes what the real reproduction writes, with another summary."""
    for kind, line in whole_lines(arguments):
        if kind == "summary" and summary_changes:
            line = changed(line, **summary_changes)
        write(line)


def changed(line, **changes):
    return json.dumps(dict(json.loads(line), **changes)).encode() + b"\n"


def wait_for_ever():
    while True:
        signal.pause()


def become_whole():
    os.execv(sys.executable, [sys.executable, WHOLE] + sys.argv[1:])


# ------------------------------------------------------------------------------- no fault

@fault
def none():
    become_whole()


@fault
def passed_on():
    pass_on()


# ------------------------------------------------------------------------------- the program itself

@fault
def raises_at_once():
    raise RuntimeError("at once")


@fault
def raises_half_way():
    for kind, line in whole_lines():
        write(line)
        if kind == "progress":
            raise RuntimeError("half way")


@fault
def raises_before_summary():
    for kind, line in whole_lines():
        if kind == "summary":
            raise RuntimeError("just before the summary")
        write(line)


@fault
def fails_after_summary():
    pass_on()
    raise RuntimeError("after the summary")


@fault
def says_nothing():
    pass


@fault
def leaves_summary_out():
    for kind, line in whole_lines():
        if kind != "summary":
            write(line)


@fault
def exits_125_without_a_word():
    sys.exit(125)


@fault
def waits_for_input():
    input()


@fault
def aborts_at_once():
    os.abort()


@fault
def aborts_half_way():
    for kind, line in whole_lines():
        write(line)
        if kind == "progress":
            os.abort()


@fault
def kills_itself():
    pass_on()
    os.kill(os.getpid(), signal.SIGKILL)


@fault
def ignores_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    pass_on()
    wait_for_ever()


@fault
def stays():
    pass_on()
    wait_for_ever()


@fault
def stays_half_way():
    for kind, line in whole_lines():
        write(line)
        if kind == "progress":
            wait_for_ever()


# ------------------------------------------------------------------------------- limits

@fault
def eats_memory():
    hoard = []
    while True:
        hoard.append(b"x" * MEBIBYTE)


@fault
def child_eats_memory():
    lines = list(whole_lines())
    if os.fork() == 0:
        eats_memory()
    os.wait()
    for _, line in lines:
        write(line)


@fault
def bombs():
    """Each process becomes two, for as long as the kernel lets it; then the real reproduction begins."""
    ready, done = os.pipe()
    if os.fork() == 0:
        while True:
            try:
                os.fork()
            except OSError:
                os.write(done, b"!")
                wait_for_ever()
    os.read(ready, 1)
    become_whole()


@fault
def hoards_processes():
    """Leaves room for the threads of the real reproduction, and for hardly a child."""
    sleepers, room = [], 11
    try:
        while True:
            sleepers.append(subprocess.Popen(["sleep", "infinity"]))
    except BlockingIOError:
        pass
    for sleeper in sleepers[:room]:
        sleeper.kill()
        sleeper.wait()
    become_whole()


@fault
def fills_disk():
    with open("/tmp/full", "wb") as out:
        while True:
            out.write(b"x" * MEBIBYTE)
            out.flush()


@fault
def floods_stdout():
    line = b'{"type": "progress", "calls": 1, "exposed": 1}\n'
    block = line * 1000
    lines = list(whole_lines())
    write(lines[0][1])
    for _ in range(FLOOD_BYTES // len(block)):
        write(block)
    for _, line in lines[1:]:
        write(line)


@fault
def floods_stderr():
    for _ in range(FLOOD_BYTES // MEBIBYTE):
        write(b"x" * (MEBIBYTE - 1) + b"\n", 2)
    pass_on()


@fault
def writes_one_long_line():
    lines = list(whole_lines())
    write(lines[0][1])
    write(b"x" * (6 * MEBIBYTE) + b"\n")
    for _, line in lines[1:]:
        write(line)


# ------------------------------------------------------------------------------- bytes

def with_line(data):
    """The real output with a line behind its first."""
    for kind, line in whole_lines():
        write(line)
        if kind == "start":
            write(data)


@fault
def cuts_last_line():
    for kind, line in whole_lines():
        write(line[:len(line) // 2] if kind == "summary" else line)


@fault
def leaves_last_newline_out():
    for kind, line in whole_lines():
        write(line[:-1] if kind == "summary" else line)


@fault
def cuts_line_in_the_middle():
    for kind, line in whole_lines():
        write(line[:len(line) // 2] if kind == "progress" else line)


@fault
def closes_stdout():
    for kind, line in whole_lines():
        if kind == "summary":
            os.close(1)
            return
        write(line)


@fault
def writes_other_bytes_than_utf8():
    with_line(b'{"type": "progress", "calls": 1, "exposed": 1, "name": "\xff\xfe"}\n')


@fault
def writes_nul():
    with_line(b"\0\0\0\n")


@fault
def writes_nul_in_a_string():
    for kind, line in whole_lines():
        write(line.replace(b'"CPython"', b'"C\0Python"'))


@fault
def writes_terminal_escapes():
    with_line(b"\x1b[2J\x1b[H\x1b[32mPASS\x1b[0m\x07\n")


@fault
def writes_terminal_escapes_to_stderr():
    write("\x1b[2J\x1b]0;PASS\x07\x9b31m\u202eSSAP\n", 2)
    sys.exit(1)


# ------------------------------------------------------------------------------- what the lines say

FAILURE = b'{"type": "failure", "call": 1, "symptom": "spawn-error", "status": 32512, "seconds": 0.01}\n'


@fault
def denies_failure():
    with_line(FAILURE)


@fault
def invents_failures():
    pass_on(failures={"spawn-error": 3})


@fault
def exposes_more_than_it_calls():
    pass_on(calls=10)


@fault
def exposes_to_nothing():
    pass_on(mutations=0)


@fault
def exposes_nothing():
    pass_on(["--calls", "0"], exposed=0)


@fault
def counts_nan():
    pass_on(exposed=float("nan"))


@fault
def counts_infinity():
    for kind, line in whole_lines():
        if kind == "summary":
            line = changed(line, exposed="more").replace(b'"more"', b"1e400")
        write(line)


@fault
def names_unknown_symptom():
    pass_on(failures={"bad-luck": 3})


@fault
def says_everything_twice():
    """A line with each name twice, of which a reader of JSON takes the second."""
    for kind, line in whole_lines():
        if kind == "summary":
            line = b'{"failures": {"spawn-error": 3}, ' + line[1:]
        write(line)


@fault
def sums_up_twice():
    for kind, line in whole_lines():
        write(line * 2 if kind == "summary" else line)


@fault
def goes_on_after_summary():
    pass_on()
    write(FAILURE)


@fault
def measures_something_else():
    pass_on(["--mutation", "none"])


@fault
def speaks_another_contract():
    for kind, line in whole_lines():
        write(changed(line, contract=2) if kind == "start" else line)


@fault
def stops_early():
    """Says that it is done long before its calls or its time are."""
    pass_on(["--seconds", "0.1", "--calls", "5"])


# ------------------------------------------------------------------------------- getting out

def all_refused(attempts):
    """Ends with an error that names what each attempt met, or with the one that got through."""
    met = []
    for name, attempt in attempts:
        try:
            attempt()
        except OSError as error:
            met.append("%s: %s" % (name, os.strerror(error.errno)))
        else:
            raise SystemExit("GOT THROUGH: " + name)
    raise SystemExit("refused: " + "; ".join(met))


def connects(family, address):
    import socket
    with socket.socket(family, socket.SOCK_STREAM) as end:
        end.settimeout(2)
        end.connect(address)


@fault
def tries_the_network():
    import socket
    all_refused([
        ("a name server", lambda: connects(socket.AF_INET, ("192.0.2.53", 53))),
        ("the usual gateway", lambda: connects(socket.AF_INET, ("172.17.0.1", 80))),
        ("the host's loopback", lambda: connects(socket.AF_INET, ("127.0.0.1", 22))),
        ("IPv6", lambda: connects(socket.AF_INET6, ("2001:db8::1", 80))),
        ("a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)),
        ("a packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
    ])


@fault
def writes_outside():
    # The first process is not among them: it is the container's own, of the same user, and what is done
    # to it stays inside.
    def writes(path):
        return path, lambda: open(path, "wb").write(b"x")

    all_refused([
        writes(path)
        for path in (
            "/x", "/bin/sh", "/etc/passwd", "/reproduction/reproduce.py", "/dev/x", "/sys/x",
            "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/dev/mem", "/dev/kmsg",
        )
    ] + [
        ("mknod", lambda: os.mknod("/tmp/disk", 0o600 | 0o060000, os.makedev(8, 0))),
        ("chown", lambda: os.chown("/tmp", 0, 0)),
        ("chroot", lambda: os.chroot("/tmp")),
        ("setuid", lambda: os.setuid(0)),
        ("mount", lambda: called("mount", b"none", b"/tmp", b"tmpfs", 0, None)),
        ("unshare", lambda: called("unshare", 0x10000000)),
        ("the host's name", lambda: called("sethostname", b"mine", 4)),
    ])


def called(name, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


@fault
def looks_for_the_engine():
    import socket
    paths = ["/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock",
             "/run/containerd/containerd.sock", "/run/docker/containerd/containerd.sock"]
    # An abstract socket needs no file, only the same network.
    with open("/proc/net/unix") as names:
        paths += ["\0" + line.split("@")[1].strip() for line in names if "@" in line]
    with open("/proc/self/mounts") as mounts:
        if any(".sock" in line for line in mounts):
            raise SystemExit("GOT THROUGH: a socket is mounted")
    all_refused([(path.strip("\0"), lambda path=path: connects(socket.AF_UNIX, path)) for path in paths])


# ------------------------------------------------------------------------------- the surroundings

def with_clock(jump):
    """The real reproduction, whose clock jumps by so many seconds at its tenth look: a trial can be over
    soon on a fast machine."""
    import itertools
    import runpy

    clock, looks = time.monotonic, itertools.count(1)

    def jumping():
        return clock() + (jump if next(looks) >= 10 else 0)

    time.monotonic = jumping
    runpy.run_path(WHOLE, run_name="__main__")


@fault
def clock_jumps_forward():
    with_clock(86400)


@fault
def clock_jumps_back():
    with_clock(-86400)


@fault
def clock_stands_still():
    moment = time.monotonic()
    time.monotonic = lambda: moment
    import runpy
    runpy.run_path(WHOLE, run_name="__main__")


def refuse(*system_calls):
    """Has the kernel answer EPERM to these system calls, by their numbers on x86-64, from here on: what
    the seccomp profile of an engine does that is older than they are."""
    def instruction(code, true, false, value):
        return struct.pack("=HBBI", code, true, false, value)

    # Loads the number, returns ERRNO | EPERM where it is one of those, and ALLOW otherwise.
    program = instruction(0x20, 0, 0, 0)
    for left, number in zip(range(len(system_calls), 0, -1), system_calls):
        program += instruction(0x15, left, 0, number)
    program += instruction(0x06, 0, 0, 0x7FFF0000) + instruction(0x06, 0, 0, 0x00050000 | 1)
    buffer = ctypes.create_string_buffer(program, len(program))
    filter_program = struct.pack("=H6xQ", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, mode_filter = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.prctl(set_seccomp, mode_filter, filter_program, 0, 0):
        raise OSError(ctypes.get_errno(), "no filter could be set")


EXECVE, TIMER_CREATE, CLONE3, FUTEX_WAITV = 59, 222, 435, 449


@fault
def seccomp_refuses_clone3():
    refuse(CLONE3)
    become_whole()


@fault
def seccomp_refuses_execve():
    """After the real program has begun: its children alone meet it."""
    import runpy

    refuse(EXECVE)
    runpy.run_path(WHOLE, run_name="__main__")


@fault
def seccomp_stops_timeout():
    """A wrapper that ends without a word, as `timeout` of a newer distribution does under an old engine."""
    refuse(TIMER_CREATE, EXECVE)
    try:
        os.execvp("timeout", ["timeout", "60", sys.executable, WHOLE] + sys.argv[1:])
    except PermissionError:
        os._exit(125)


if __name__ == "__main__":
    FAULTS[os.environ["FAULT"]]()
