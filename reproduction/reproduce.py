#!/usr/bin/env python3
"""Shows whether starting a child process is safe while another thread changes os.environ.

    ./reproduce.py --mutation add --launcher os.system --seconds 2

A number of threads start children, again and again, with one way of starting them (the launcher),
while the main thread changes the environment in one way (the mutation). Each child is a shell that
checks, with its builtins alone, that variables which nobody touches arrived whole. What can go wrong:

    spawn-error          the child could not be started: a nonzero status or an OSError
    damaged-environment  the child ran, and an untouched variable was missing or wrong in it
    exception            the launcher raised something that is not an OSError
    hang                 a call did not come back
    crash                the interpreter died; seen from outside only, as there is no summary then

The mutation `none` is the control. Everything is as in the other runs, but the main thread changes a
dictionary of its own: with it no call may fail, or the other runs mean nothing here.

Work is done in rounds. Between rounds the launcher threads are parked and the environment is brought
back to where it was, so that during calls it changes in the one way that is under test and in no
other: with `delete` nothing is ever added while a child is being started. The rounds go through
patterns (how many variables, how long, how fast they change), because the weak spot depends on what
the allocator does with the memory that a change frees, which differs from one C library to another.

A call is *exposed* if a change certainly happened during it, see Changes. Only those count.

Output: lines for people, or with --json one JSON object a line: `start`, `failure` (the first hundred;
all are counted), `progress` (what was counted so far, for an interpreter that dies), and last `summary`.
Instead of the summary there may be `unsupported` (this Python does not have that launcher) or `problem`
(something other than the race was in the way).

Exit status, for people and for `git bisect run`: 0 nothing failed, 1 something did, 125 unsupported,
126 a problem or wrong arguments. With --json, 0 also where something failed or is unsupported: there
the lines say it, and a status above 0 means that they are not to be trusted.

Works unchanged on Python 2.7 to 3.15, with and without a GIL, and on PyPy; standard library only.
"""

from __future__ import print_function

import argparse
import errno
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings

if sys.version_info[0] > 2:
    import multiprocessing

CONTRACT = 1
MUTATIONS = ("none", "add", "delete", "overwrite", "churn")
WATCH_SECONDS = 0.25
FAILURE_LINES = 100
EXIT_FAILED, EXIT_UNSUPPORTED, EXIT_PROBLEM = 1, 125, 126

# What the machine, and not the race, is to blame for. E2BIG is not among them: no pattern comes near
# that limit (see check_limit), so that it means a garbled environment.
RESOURCE_ERRNOS = frozenset(
    [errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT]
)

PYTHON2 = sys.version_info[0] == 2


def monotonic_clock():
    """A clock that does not jump when somebody sets the time, in seconds from an arbitrary start."""
    if hasattr(time, "monotonic"):
        return time.monotonic
    # Python 2.7 does not offer the system's. PyDLL holds the GIL during the call, so
    # that reading the clock does not let other threads in.
    try:
        import ctypes
    except ImportError:
        # A Python that was built without it. times(2) counts from the machine's start, too, in steps of
        # 10 ms; that is enough for what a trial uses time for, which is when to end.
        return lambda: os.times()[4]

    class Timespec(ctypes.Structure):
        _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]

    clock_gettime = ctypes.PyDLL(None).clock_gettime

    def read():
        moment = Timespec()
        clock_gettime(1, ctypes.byref(moment))  # CLOCK_MONOTONIC
        return moment.seconds + moment.nanoseconds * 1e-9

    return read


now = monotonic_clock()


# ---------------------------------------------------------------------------------- sentinels

# Nobody touches these once the threads run. The first ones are the first of the array, because
# allocators write their own data into the first words of what is freed; the last ones come behind
# the variables that change, because what shifts or is cut off is at the end; the long one spans pages.
DAMAGED = 97
FRONT = (("KEEP_A", "a"), ("KEEP_B", "b"), ("KEEP_C", "c"), ("KEEP_D", "d"))
LONG = ("KEEP_LONG", "l" * 2000)
BACK = (("KEEP_Y", "y"), ("KEEP_Z", "z"))

# One test and no other program, so that a call costs little more than the shell's start, and the
# shell answers DAMAGED only if it came as far as comparing.
CHECK = '[ "%s${#%s}" = "%s%d" ] || exit %d' % (
    "".join("$" + name for name, _ in FRONT + BACK),
    LONG[0],
    "".join(value for _, value in FRONT + BACK),
    len(LONG[1]),
    DAMAGED,
)


def arrange_environment():
    """Rewrites the environment so that the front sentinels are the first entries of the array.

    PATH is cut down to the one folder that has the shell. A child that looks along PATH tries the next
    folder after *any* error, and where /bin is /usr/bin it finds the shell there a second time: then a
    call fails only if it fails twice in a row, and the first time goes unseen.
    """
    inherited = [item for item in os.environ.items() if not item[0].startswith(("KEEP_", "RACE_"))]
    for name in list(os.environ):
        del os.environ[name]
    for name, value in FRONT + (LONG,) + tuple(inherited) + BACK:
        os.environ[name] = value
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if os.path.exists(os.path.join(folder, "sh")):
            os.environ["PATH"] = folder
            return
    raise Problem("unusable", "no sh along PATH")


# ---------------------------------------------------------------------------------- launchers

def wait_status(status):
    """('exit', code), ('signal', number) or ('status', status) of what os.system returned."""
    if status < 0:
        return ("status", status)  # the child could not be started, on musl and on glibc up to 2.32
    if status & 0x7F:
        return ("signal", status & 0x7F)
    return ("exit", status >> 8)


def return_code(code):
    """The same of what subprocess returned."""
    return ("signal", -code) if code < 0 else ("exit", code)


def popen_status(status):
    """The same of what os.popen's close() returned: Python 3 makes it from a return code."""
    return wait_status(status) if PYTHON2 else return_code(status >> 8)


# Each call is the one that a program would write, with nothing added: how CPython starts the child
# depends on the arguments. What decides is whether another thread can change the environment between
# the moment when the child's copy of it begins to be made and the moment when it is complete.
#
#   fork         the child has a copy of everything, made while the lock (GIL) is held
#   vfork        the child reads the parent's own array; the lock is released meanwhile from Python
#                3.12 on and in the later releases of 3.11 (python/cpython gh-104372), held before
#   posix_spawn  as vfork, inside the C library; the lock is held
#
# A build without a GIL has nothing that could be held; there posix_spawn even frees what is not its own
# if the array is replaced meanwhile (python/cpython gh-149509). PyPy's subprocess always forks.


def call_os_system():
    """The C library's system(), without the lock."""
    return os.system(CHECK)


def call_os_popen():
    """Python 2.7: the C library's popen(), without the lock. Python 3: as subprocess-shell."""
    return os.popen(CHECK).close() or 0


def call_subprocess_path():
    """An executable with a directory: posix_spawn from Python 3.13 on where the C library has
    posix_spawn_file_actions_addclosefrom_np (glibc 2.34); otherwise as subprocess-name."""
    return subprocess.call(["/bin/sh", "-c", CHECK])


def call_subprocess_name():
    """Python 3.10 and later: vfork, and execv along PATH in the child. Before: fork."""
    return subprocess.call(["sh", "-c", CHECK])


def call_subprocess_cwd():
    """A working directory rules out posix_spawn."""
    return subprocess.call(["/bin/sh", "-c", CHECK], cwd="/")


def call_subprocess_session():
    """A new session rules out posix_spawn."""
    return subprocess.call(["/bin/sh", "-c", CHECK], start_new_session=True)


def call_subprocess_shell():
    """As subprocess-path, as the shell has a directory."""
    return subprocess.call(CHECK, shell=True)


def call_subprocess_env_copy():
    """The child gets an array of its own; what can go wrong is the copy."""
    return subprocess.call(["sh", "-c", CHECK], env=os.environ.copy())


def call_os_posix_spawn():
    """Asks os.environ for its keys and then for its values, which is Python code that another thread
    can interrupt, and makes an array of them."""
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", CHECK], os.environ)
    return os.waitpid(pid, 0)[1]


def call_os_spawnv():
    """fork, and execv in the child."""
    return os.spawnv(os.P_WAIT, "/bin/sh", ["sh", "-c", CHECK])


def call_multiprocessing_spawn():
    """As subprocess-cwd, by multiprocessing's own use of the same C function."""
    process = multiprocessing.get_context("spawn").Process(target=int, name="\n")
    process.start()
    process.join()
    # Another thread's start() may have reaped the child, and be about to store its status.
    while process.exitcode is None:
        time.sleep(0.001)
    return process.exitcode


# In the place of the interpreter that multiprocessing starts. Its arguments name a pipe, to which the
# parent writes after the start; a child that is gone by then would give the parent a broken pipe. What
# comes has a line's end in it: the process's name.
CHECK_SCRIPT = """#!/bin/sh
arguments="$*"
pipe=${arguments##*pipe_handle=}
read -r line < "/proc/self/fd/${pipe%%%%[!0-9]*}"
%s
""" % CHECK


def ready_multiprocessing():
    """Puts a shell script in the place of the interpreter that multiprocessing starts.

    What is under test happens in the parent, before the child's first instruction, and a Python takes
    fifty times as long to start as a shell. Returns a function that tidies up.
    """
    context = multiprocessing.get_context("spawn")
    # One child as usual: it also brings up the resource tracker, which has to be a Python.
    process = context.Process(target=int)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise Problem("unusable", "multiprocessing's child ended with %s" % process.exitcode)
    folder = tempfile.mkdtemp(prefix="reproduce-")
    script = os.path.join(folder, "check")
    with open(script, "w") as out:
        out.write(CHECK_SCRIPT)
    os.chmod(script, 0o700)
    context.set_executable(script)
    return lambda: shutil.rmtree(folder)


def reap_multiprocessing():
    """Takes the exit statuses of children whose start() raised: multiprocessing forgets those."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            continue
    except OSError as error:
        if error.errno != errno.ECHILD:
            raise


def missing_session():
    return "start_new_session came with Python 3.2" if PYTHON2 else None


def missing_posix_spawn():
    return None if hasattr(os, "posix_spawn") else "this Python has no os.posix_spawn"


def missing_spawn_method():
    return "start methods came with Python 3.4" if PYTHON2 else None


def c_system():
    """Path of the compiled c-system.c: C_SYSTEM, or beside this file."""
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "c-system")
    return os.environ.get("C_SYSTEM") or beside


def missing_c_system():
    if os.path.exists(c_system()):
        return None
    return "c-system.c is not compiled here: cc -O2 -pthread -o c-system c-system.c"


class Launcher(object):
    """A way of starting a child.

    call starts one, waits for it and returns its status; decode reads the status. missing returns why
    this Python does not have it, or None. ready prepares, and returns a function that tidies up. reap
    is called between rounds. errno_says_why is whether the errno of an OSError is that of its cause.
    """

    def __init__(self, call, decode, missing=lambda: None, ready=lambda: lambda: None,
                 reap=lambda: None, errno_says_why=True):
        self.call = call
        self.decode = decode
        self.missing = missing
        self.ready = ready
        self.reap = reap
        self.errno_says_why = errno_says_why


LAUNCHERS = {
    "os.system": Launcher(call_os_system, wait_status),
    # Python 2.7 raises OSError with the errno of the C library's popen(), and glibc's says ENOMEM
    # whatever it was that failed in the child (php/php-src 8240).
    "os.popen": Launcher(call_os_popen, popen_status, errno_says_why=not PYTHON2),
    "subprocess-path": Launcher(call_subprocess_path, return_code),
    "subprocess-name": Launcher(call_subprocess_name, return_code),
    "subprocess-cwd": Launcher(call_subprocess_cwd, return_code),
    "subprocess-session": Launcher(call_subprocess_session, return_code, missing_session),
    "subprocess-shell": Launcher(call_subprocess_shell, return_code),
    "subprocess-env-copy": Launcher(call_subprocess_env_copy, return_code),
    "os.posix_spawn": Launcher(call_os_posix_spawn, wait_status, missing_posix_spawn),
    "os.spawnv": Launcher(call_os_spawnv, return_code),
    "multiprocessing-spawn": Launcher(
        call_multiprocessing_spawn, return_code, missing_spawn_method, ready_multiprocessing,
        reap_multiprocessing),
    "c-system": Launcher(None, wait_status, missing_c_system),
}


# ---------------------------------------------------------------------------------- patterns

TIGHT = None
YIELD = 0
NAP = 0.00001
LIKE_ARRAY = -1
# A program may not get a string of 128 KiB or more. Just below that, the C libraries give a string
# pages of its own, which are gone when it is freed.
OWN_PAGES = 131040


class Pattern(object):
    """How one round changes the environment.

    variables: how many there are before the first call of the round.
    length: of the values, in bytes; LIKE_ARRAY makes each as long as the array of pointers is then,
        so that the next string takes the place of the array that has just been freed.
    short: length of every other value of an overwritten variable; as `length` if it is None.
    changes: at most so many in a round; those of `overwrite`, `churn` and `none` start over.
    block: `churn` deletes so many before it adds as many.
    pause: TIGHT, YIELD (the lock or the CPU) or NAP (about a tenth of a millisecond).
    burst: so many changes come before each pause.
    first: whether `delete` begins with the variables at the front of the array.
    """

    def __init__(self, name, variables, length, changes=1000, short=None, block=1, pause=NAP, burst=1,
                 first=False):
        self.name = name
        self.variables = variables
        self.length = length
        self.changes = changes
        self.short = length if short is None else short
        self.block = block
        self.pause = pause
        self.burst = burst
        self.first = first
        self.calls = self.exposed = self.failures = 0


# The strongest first: it has every other round. More variables than these were tried and are weaker: an
# array of more than 128 KiB, which gets pages of its own, takes a second to build and makes each child
# so slow that hardly any start.
PATTERNS = {
    # The control has environments of all shapes that the others have. Its first is the one with the
    # cheapest calls: there is no race that a stronger one could show.
    "none": [
        Pattern("small", 10, 20),
        Pattern("hundreds", 800, 20, burst=8),
        Pattern("own-pages", 4, OWN_PAGES, short=60000),
        Pattern("kilobytes", 100, 9000, short=6000, burst=8),
        Pattern("thousands-tight", 2000, 10, pause=TIGHT),
    ],
    "add": [
        Pattern("like-array", 10, LIKE_ARRAY, changes=150),
        Pattern("small", 10, 20),
        Pattern("hundreds", 300, 20, burst=8),
        Pattern("long", 4, 100000, changes=8),
        Pattern("hundreds-tight", 300, 20, pause=TIGHT),
        Pattern("thousands", 2000, 10, changes=300, burst=8),
    ],
    "delete": [
        Pattern("hundreds", 800, 20, burst=8),
        Pattern("hundreds-slow", 400, 20),
        Pattern("hundreds-tight", 400, 20, pause=TIGHT),
        Pattern("first", 400, 20, burst=8, first=True),
        Pattern("long", 10, 100000),
        Pattern("thousands-tight", 2000, 10, pause=TIGHT),
    ],
    "overwrite": [
        # One string is freed and copied as often as four in turn, and each child has less to copy.
        Pattern("own-pages", 1, OWN_PAGES, short=60000),
        Pattern("own-pages-yield", 4, OWN_PAGES, short=60000, pause=YIELD),
        Pattern("pages", 40, 20000, short=10000, burst=8),
        Pattern("kilobytes", 100, 9000, short=6000, burst=8),
        Pattern("small-tight", 300, 20, pause=TIGHT),
    ],
    "churn": [
        Pattern("blocks", 800, 20, block=400, burst=16),
        Pattern("blocks-tight", 200, 20, block=100, pause=TIGHT),
        Pattern("one-by-one", 200, 20, burst=8),
        Pattern("kilobyte", 200, 1000, block=20, burst=8),
        Pattern("own-pages", 1, OWN_PAGES),
    ],
}

ROUND_SECONDS = 0.04
LEAK_BYTES = 48 << 20  # of one pattern's values in a whole run


def plan_round(mutation, pattern, salt, entries):
    """The variables to begin a round with, and the changes to make in it.

    salt makes values of one round differ from another's: glibc keeps every value that setenv was ever
    given and uses it again, so that with equal values nothing is allocated and nothing moves.
    entries is the number of variables of the environment apart from the pattern's.
    Returns two lists of (name, value); a value of None is a deletion.
    """
    def value(index, length):
        return ("%d.%d" % (index, salt)).ljust(length, "x")

    names = ["RACE_%d" % index for index in range(pattern.variables)]
    plain = 20 if pattern.length == LIKE_ARRAY else pattern.length
    present = [(name, value(index, plain)) for index, name in enumerate(names)]

    if mutation == "add":
        changes = []
        for index in range(pattern.changes):
            name = "RACE_ADDED_%d" % index
            length = pattern.length
            if length == LIKE_ARRAY:
                length = max(1, 8 * (entries + pattern.variables + index + 1) - len(name) - 2)
            changes.append((name, value(index, length)))
    elif mutation == "delete":
        changes = [(name, None) for name in (names if pattern.first else reversed(names))]
        changes = changes[:pattern.changes]
    elif mutation == "churn":
        changes = []
        for start in range(0, pattern.variables, pattern.block):
            block = range(start, min(start + pattern.block, pattern.variables))
            changes += [(names[index], None) for index in block]
            changes += [(names[index], value(index, plain)) for index in block]
    else:
        changes = [(name, value(index, pattern.short).upper()) for index, name in enumerate(names)]
        changes += [(name, value(index, pattern.length)) for index, name in enumerate(names)]
    return present, changes


def patterns_in_turn(options):
    """The patterns of the mutation, the strongest first, the others as the seed has it."""
    patterns = PATTERNS[options.mutation]
    others = patterns[1:]
    random.Random(options.seed).shuffle(others)
    return patterns[:1] + others


def salts(mutation, pattern):
    """How many rounds may have values of their own before those of the first ones come again.

    What setenv was given stays in memory, with glibc for as long as the process lives.
    """
    present, changes = plan_round(mutation, pattern, 0, 50)
    return max(4, LEAK_BYTES // environment_bytes(present + changes))


def environment_bytes(items):
    """What these (name, value) pairs take of the space that the kernel allows, at most."""
    return sum(len(name) + len(value or "") + 2 + 8 for name, value in items)


def environment_limit():
    """Bytes that execve accepts: a quarter of the stack's limit, 128 KiB at least, 6 MiB at most."""
    with open("/proc/self/limits") as limits:
        for line in limits:
            if line.startswith("Max stack size"):
                soft = line.split()[3]
                stack = 24 << 20 if soft == "unlimited" else int(soft)
                return max(min(stack // 4, 6 << 20), 1 << 17)
    raise Problem("unusable", "/proc/self/limits does not tell the limit of the stack")


def check_limit(mutation):
    """Raises Problem if a pattern could make the environment larger than a child may have."""
    limit = environment_limit()
    others = list(os.environ.items()) + list(BACK)
    for pattern in PATTERNS[mutation]:
        present, changes = plan_round(mutation, pattern, 0, len(others))
        # Only `add` makes the environment larger than it is when a round begins.
        items = others + present + (changes if mutation == "add" else [])
        if environment_bytes(items) > limit * 0.9:
            raise Problem("resource", "a child may have %d bytes of environment here, and the pattern "
                          "%s takes %d" % (limit, pattern.name, environment_bytes(items)))


# In a container, under the first and the second version of control groups.
PIDS_EVENTS = ("/sys/fs/cgroup/pids/pids.events", "/sys/fs/cgroup/pids.events")


def refused_processes():
    """How many processes the limit of this container has refused so far; 0 where nothing tells.

    With os.system that is the only way to know: its status is the same whatever stopped the child.
    """
    for path in PIDS_EVENTS:
        try:
            with open(path) as events:
                return sum(int(line.split()[1]) for line in events if line.startswith("max "))
        except EnvironmentError:
            continue
    return 0


# ---------------------------------------------------------------------------------- running

class Problem(Exception):
    """Something other than the race stands in the way, so that this run says nothing about it."""

    def __init__(self, problem, detail):
        Exception.__init__(self, detail)
        self.problem = problem
        self.detail = detail


class Reporter(object):
    """Writes whole lines, whichever thread they come from."""

    def __init__(self, as_json):
        self.as_json = as_json
        self.lock = threading.Lock()

    def emit(self, kind, fields, text):
        """One line: the fields as JSON, or the text for people, who are spared where it is None."""
        line = text
        if self.as_json:
            line = '{"type": "%s", %s' % (kind, json.dumps(fields, sort_keys=True)[1:])
        elif text is None:
            return
        data = line + "\n"
        if not isinstance(data, bytes):
            data = data.encode("utf-8", "backslashreplace")
        with self.lock:
            while data:
                data = data[os.write(1, data):]


def report_problem(reporter, problem):
    reporter.emit("problem", {"problem": problem.problem, "detail": problem.detail},
                  "problem: %s: %s" % (problem.problem, problem.detail))


class Gate(object):
    """Lets the launcher threads through during a round and parks them between rounds."""

    def __init__(self, threads):
        self.changed = threading.Condition()
        self.threads = threads
        self.parked = 0
        self.open = False
        self.over = False

    def wait(self):
        """Parks the calling thread until the next round; False when there is none."""
        with self.changed:
            self.parked += 1
            self.changed.notify_all()
            while not self.open and not self.over:
                self.changed.wait()
            self.parked -= 1
            return not self.over

    def let_through(self):
        with self.changed:
            self.open = True
            self.changed.notify_all()

    def close(self):
        """Returns when every launcher thread is parked: no call is in flight then."""
        with self.changed:
            self.open = False
            while self.parked < self.threads:
                self.changed.wait()

    def end(self):
        with self.changed:
            self.over = True
            self.changed.notify_all()


class Changes(object):
    """Counts the changes of the environment, so that a call can tell whether one happened during it.

    One thread makes all changes: it counts `begun` up before each and `done` after it. A call notes
    both before it starts, and both after it has ended:

    - A change happened *certainly* during the call if done is then greater than begun was: a change
      that had not begun before the call was over before the call was.
    - A change happened *possibly* during the call if begun is then greater than done was.

    Only the first kind is counted as exposed, so that the count is never too high. A failed call is
    counted as exposed with the second kind, too, as it was in fact exposed; and a failed call without
    even that is no evidence of a race but of trouble (see Trial.judge).
    """

    def __init__(self):
        self.begun = 0
        self.done = 0


def start_thread(target, *arguments):
    """Starts a thread that ends the process if it raises: without it the run would wait for ever."""
    def run():
        try:
            target(*arguments)
        except BaseException:
            traceback.print_exc()
            os._exit(EXIT_PROBLEM)
    thread = threading.Thread(target=run)
    thread.daemon = True
    thread.start()


CALM = -1


class Trial(object):
    """One run: the launcher threads, the changes, the counts."""

    def __init__(self, options, reporter):
        self.options = options
        self.reporter = reporter
        self.control = options.mutation == "none"
        self.launcher = LAUNCHERS[options.launcher]
        self.gate = Gate(options.threads)
        self.changes = Changes()
        self.lock = threading.Lock()
        self.patterns = patterns_in_turn(options)
        self.pattern = self.patterns[0]
        self.salts = dict((p.name, salts(options.mutation, p)) for p in self.patterns)
        self.calls = self.exposed = 0
        self.failures = {}
        self.statuses = {}
        self.first_failure = None
        self.stop = False
        self.problem = None
        self.in_flight = {}  # by thread: which of its calls, or None; CALM is the main thread
        self.calm_calls = 0
        self.round = 0
        self.refused = refused_processes()

    # -- launcher threads

    def launch_children(self, thread):
        """What each launcher thread does."""
        # The main thread and its changes come first. With two CPUs for many children the environment
        # would otherwise not change for milliseconds while that thread waits for its turn, and most
        # calls would not be exposed. On Linux the nice value is the thread's, and its children's.
        os.nice(5)
        gate, changes, call, in_flight = self.gate, self.changes, self.launcher.call, self.in_flight
        number = 0
        while gate.wait():
            while gate.open and not self.stop:
                number += 1
                in_flight[thread] = number
                done_before, begun_before = changes.done, changes.begun
                status = error = None
                try:
                    status = call()
                except Exception as raised:  # whatever the launcher raises is its result
                    error = raised
                done_after, begun_after = changes.done, changes.begun
                in_flight[thread] = None
                certainly = self.control or done_after > begun_before
                possibly = self.control or begun_after > done_before
                self.judge(thread, status, error, certainly, possibly)

    def judge(self, thread, status, error, certainly, possibly):
        """Counts a call that has ended, and reports it if it failed."""
        failed = error is not None or status != 0
        with self.lock:
            self.calls += 1
            self.pattern.calls += 1
            if certainly or (failed and possibly):
                self.exposed += 1
                self.pattern.exposed += 1
            if failed:
                self.judge_failure(thread, status, error, possibly)
            if self.options.calls and self.exposed >= self.options.calls:
                self.stop = True

    def judge_failure(self, thread, status, error, possibly):
        """Says what a failed call is: a symptom, or trouble that is not the race's."""
        outcome = self.describe_error(error) if error is not None else self.describe_status(status)
        if "problem" in outcome:
            self.give_up(outcome["problem"], outcome["detail"])
        elif not possibly:
            self.give_up("unexposed-failure", "a call failed while nothing changed: " + outcome["detail"])
        else:
            key = outcome.pop("key")
            self.report_failure(dict(outcome, thread=thread), key)

    def describe_status(self, status):
        """The symptom or the problem that a status above or below 0 stands for."""
        how, number = self.launcher.decode(status)
        detail = "return code = %d" % status
        if how == "signal" and number == 9:
            return {"problem": "resource", "detail": "a child was killed (SIGKILL), as for want of memory"}
        if how == "exit" and number == DAMAGED:
            return {"symptom": "damaged-environment", "status": status, "key": str(status),
                    "detail": detail + ", the child's environment was damaged"}
        if how == "signal":
            detail += ", signal %d" % number
        return {"symptom": "spawn-error", "status": status, "key": str(status), "detail": detail}

    def describe_error(self, error):
        """The symptom or the problem that an exception stands for."""
        kind = type(error).__name__
        detail = "%s: %s" % (kind, error)
        if isinstance(error, MemoryError):
            return {"problem": "resource", "detail": detail}
        if not isinstance(error, EnvironmentError):
            return {"symptom": "exception", "key": kind, "detail": detail}
        if error.errno in RESOURCE_ERRNOS and self.launcher.errno_says_why:
            return {"problem": "resource", "detail": detail}
        name = errno.errorcode.get(error.errno, str(error.errno))
        return {"symptom": "spawn-error", "errno": name, "key": name, "detail": detail}

    def report_failure(self, fields, key):
        """Counts and reports a failed call; key is what the summary counts it under."""
        seconds = now() - self.began
        symptom = fields["symptom"]
        self.pattern.failures += 1
        self.failures[symptom] = self.failures.get(symptom, 0) + 1
        self.statuses[key] = self.statuses.get(key, 0) + 1
        if self.first_failure is None:
            self.first_failure = seconds
        if sum(self.failures.values()) <= FAILURE_LINES:
            self.reporter.emit(
                "failure", dict(fields, call=self.calls, seconds=round(seconds, 6)),
                "[thread %d][%s failure] ouch! %s"
                % (fields["thread"], self.options.launcher, fields["detail"]))
        if self.options.until_failure:
            self.stop = True

    def give_up(self, problem, detail):
        """Has the main thread end the run without a summary."""
        self.problem = self.problem or Problem(problem, detail)
        self.stop = True

    # -- main thread

    def choose_pattern(self):
        """The first one in every other round, the others in turn in between."""
        if self.round % 2 == 0 or len(self.patterns) == 1:
            return self.patterns[0]
        return self.patterns[1 + self.round // 2 % (len(self.patterns) - 1)]

    def prepare(self, pattern):
        """Brings the environment to where the round begins; the launcher threads are parked meanwhile.

        Returns the changes of the round.
        """
        environ = os.environ
        for name in list(environ):
            if name.startswith("RACE_"):
                del environ[name]
        for name, _ in BACK:
            environ.pop(name, None)
        entries = len(environ) + len(BACK)
        salt = self.round % self.salts[pattern.name]
        present, changes = plan_round(self.options.mutation, pattern, salt, entries)
        for name, value in present + list(BACK):
            environ[name] = value
        return changes

    def change(self, pattern, planned, deadline):
        """Changes the environment, until the plan or the time is over."""
        target = {} if self.control else os.environ
        changes, sleep, pause, burst = self.changes, time.sleep, pattern.pause, pattern.burst
        again = self.options.mutation in ("overwrite", "churn", "none")
        while True:
            for name, value in planned:
                changes.begun += 1
                if value is None:
                    del target[name]
                else:
                    target[name] = value
                changes.done += 1
                if changes.done % burst == 0:
                    if pause is not TIGHT:
                        sleep(pause)
                    if self.stop or now() >= deadline:
                        return
            if not again:
                return

    def run(self):
        """Runs the trial. Raises Problem."""
        start_thread(self.watch)
        self.check_calm()
        for thread in range(self.options.threads):
            start_thread(self.launch_children, thread)
        self.gate.close()
        self.began = now()
        end = self.began + self.options.seconds
        while not self.stop and now() < end:
            failures = sum(self.failures.values())
            self.pattern = self.choose_pattern()
            planned = self.prepare(self.pattern)
            self.gate.let_through()
            self.change(self.pattern, planned, min(end, now() + ROUND_SECONDS))
            self.gate.close()
            self.launcher.reap()
            self.round += 1
            self.reporter.emit("progress", {"calls": self.calls, "exposed": self.exposed}, None)
            failed = sum(self.failures.values()) > failures
            if failed or self.problem is not None:
                self.check_process_limit()
            if failed and self.problem is None:
                self.check_calm()
            if self.problem is not None:
                raise self.problem
        self.gate.end()
        with self.lock:
            self.summarize()

    def check_calm(self):
        """Makes one call while nothing changes: before the first round, and after each with failures.

        os.system does not say why a call failed: want of memory or processes looks like the race. If a
        call fails in calm as well, the cause is not the race. Raises Problem then.
        """
        if self.control:
            return
        self.in_flight[CALM] = self.calm_calls = self.calm_calls + 1
        try:
            status = self.launcher.call()
        except Exception as error:
            status = "%s: %s" % (type(error).__name__, error)
        self.in_flight[CALM] = None
        if status != 0:
            self.check_process_limit()
            raise Problem("unexposed-failure", "a call failed while nothing changed: %s" % status)

    def check_process_limit(self):
        """Raises Problem if the limit of processes has refused one since the run began."""
        refused = refused_processes() - self.refused
        if refused > 0:
            raise Problem("resource", "the limit of processes was reached: %d could not be started" % refused)

    def watch(self):
        """Ends the run when a call does not come back: nothing else can.

        Counts its own turns, not the time: a container that is frozen for a while does not hang.
        """
        turns = {}
        while True:
            time.sleep(WATCH_SECONDS)
            for thread, call in list(self.in_flight.items()):
                seen, count = turns.get(thread, (None, 0))
                count = count + 1 if call is not None and call == seen else 0
                turns[thread] = (call, count)
                if count * WATCH_SECONDS >= self.options.hang_seconds:
                    self.end_hanging(thread)

    def end_hanging(self, thread):
        """Reports that a call of this thread hangs, and ends the process."""
        detail = "the call did not come back within %g seconds" % self.options.hang_seconds
        if thread == CALM:
            report_problem(self.reporter, Problem("unexposed-failure", detail + ", while nothing changed"))
            os._exit(EXIT_PROBLEM)
        self.lock.acquire()  # for good: nobody shall count or report from here on
        self.calls += 1
        self.exposed += 1
        self.pattern.calls += 1
        self.pattern.exposed += 1
        self.report_failure({"thread": thread, "symptom": "hang", "detail": detail}, "hang")
        self.summarize()
        os._exit(self.exit_status())

    def summarize(self):
        failures = sum(self.failures.values())
        seconds = now() - self.began
        fields = {
            "calls": self.calls, "exposed": self.exposed, "failures": self.failures,
            "statuses": self.statuses, "mutations": self.changes.done, "seconds": round(seconds, 6),
            "patterns": [
                {"name": p.name, "calls": p.calls, "exposed": p.exposed, "failures": p.failures}
                for p in self.patterns if p.calls
            ],
        }
        text = "%d calls, %d of them exposed to %d changes, %d failed" % (
            self.calls, self.exposed, self.changes.done, failures)
        if failures:
            fields["firstFailureSeconds"] = round(self.first_failure, 6)
            text += " (%s), the first after %.3f s" % (
                ", ".join("%s %d" % item for item in sorted(self.failures.items())), self.first_failure)
        self.reporter.emit("summary", fields, text + "; %.1f s" % seconds)

    def exit_status(self):
        return EXIT_FAILED if self.failures and not self.options.json else 0


# ---------------------------------------------------------------------------------- command line

def run_c_system(options):
    """Becomes the compiled c-system.c, which does the same work; does not return."""
    program = c_system()
    arguments = [
        program, "--mutation=" + options.mutation, "--seconds=%r" % options.seconds,
        "--calls=%d" % options.calls, "--threads=%d" % options.threads,
        "--until-failure=%d" % options.until_failure, "--json=%d" % options.json,
        "--round-seconds=%r" % ROUND_SECONDS, "--hang-seconds=%r" % options.hang_seconds,
        "--failure-lines=%d" % FAILURE_LINES, "--check=" + CHECK,
    ]
    arguments += ["--back=%s=%s" % item for item in BACK]
    for pattern in patterns_in_turn(options):
        arguments.append("--pattern=%s,%d,%d,%d,%d,%d,%r,%d,%d,%d" % (
            pattern.name, pattern.variables, pattern.length,
            pattern.changes, pattern.short, pattern.block,
            -1 if pattern.pause is TIGHT else pattern.pause, pattern.burst, pattern.first,
            salts(options.mutation, pattern)))
    os.execve(program, arguments, os.environ)


def usable_cpus():
    """How many CPUs this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("Cpus_allowed_list:"):
                ranges = [part.split("-") for part in line.split()[1].split(",")]
                return sum(int(ends[-1]) - int(ends[0]) + 1 for ends in ranges)
    return os.sysconf("SC_NPROCESSORS_ONLN")


class Arguments(argparse.ArgumentParser):
    """Exits with the status of a problem: argparse's own 2 would read as a failure seen."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(EXIT_PROBLEM, "%s: %s\n" % (self.prog, message))


def parse_arguments(arguments):
    parser = Arguments(description=__doc__.split("\n")[0])
    parser.add_argument("--mutation", choices=MUTATIONS, default="add")
    parser.add_argument("--launcher", choices=sorted(LAUNCHERS), default="os.system")
    parser.add_argument("--seconds", type=float, default=2.0, help="of the whole run")
    parser.add_argument("--calls", type=int, default=0, help="stop after so many exposed calls")
    parser.add_argument("--threads", type=int, default=8, help="that start children")
    parser.add_argument("--hang-seconds", type=float, default=10.0, help="after which a call hangs")
    parser.add_argument("--until-failure", action="store_true", help="stop at the first failure")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--seed", type=int, default=1, help="of what is random")
    options = parser.parse_args(arguments)
    if not (0 < options.seconds < 1e6 and 0 < options.hang_seconds < 1e6):
        parser.error("--seconds and --hang-seconds must be above 0 and below a million")
    if not (options.calls >= 0 and 1 <= options.threads <= 64):
        parser.error("--calls must be 0 or more, --threads 1 to 64")
    return options


def main(arguments):
    options = parse_arguments(arguments)
    reporter = Reporter(options.json)
    launcher = LAUNCHERS[options.launcher]
    missing = launcher.missing()
    if missing:
        reporter.emit("unsupported", {"reason": missing}, "unsupported: " + missing)
        return 0 if options.json else EXIT_UNSUPPORTED
    cpus = usable_cpus()
    version = "%d.%d.%d" % sys.version_info[:3]
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    implementation = platform.python_implementation()
    reporter.emit("start", {
        "contract": CONTRACT, "python": version, "implementation": implementation, "gil": gil,
        "mutation": options.mutation, "launcher": options.launcher, "threads": options.threads,
        "seconds": options.seconds, "seed": options.seed, "cpus": cpus,
    }, "%s %s: %s while another thread does: %s" % (implementation, version, options.launcher, options.mutation))
    try:
        if cpus < 2:
            raise Problem("cpus", "a race needs two CPUs, and this process may use %d" % cpus)
        # Other threads start processes here, of which newer Pythons warn. Nothing to be done about it.
        warnings.simplefilter("ignore")
        if hasattr(sys, "setswitchinterval"):
            # With the usual 5 ms each call would wait so long for the lock after it has ended, and
            # a copy of os.environ would be over before another thread got a turn.
            sys.setswitchinterval(0.00001)
        arrange_environment()
        check_limit(options.mutation)
        if options.launcher == "c-system":
            run_c_system(options)
        tidy_up = launcher.ready()
        try:
            trial = Trial(options, reporter)
            trial.run()
        finally:
            tidy_up()
        return trial.exit_status()
    except Problem as problem:
        report_problem(reporter, problem)
        return EXIT_PROBLEM


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except SystemExit:  # of the command line's parser
        raise
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        traceback.print_exc()
        status = EXIT_PROBLEM
    sys.stdout.flush()
    sys.stderr.flush()
    # The launcher threads are still there, parked, and an ordinary exit might wait for them.
    os._exit(status)
