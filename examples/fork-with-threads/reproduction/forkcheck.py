#!/usr/bin/env python3
"""Does a child of os.fork() hang if it does what another thread of its parent was just doing?

usage: forkcheck.py logging|file|groups|services [--alone]

A fork copies the memory of a process, but only the thread that calls it. A lock that another thread
holds at that moment stays locked in the child for ever, unless somebody made provisions. This forks
a hundred children, one after the other, while four threads write log records, write a file, look up
a group or a service; each child does the same once. With --alone there are no such threads.

Runs on Python 2.7 and 3, and on PyPy. The exit status is always 0.
"""
from __future__ import print_function

import grp
import io
import logging
import os
import signal
import socket
import sys
import threading
import time
import warnings

CHILDREN = 100
THREADS = 4
PATIENCE = 5  # seconds; a child needs milliseconds


class SlowHandler(logging.Handler):
    """Takes its time, as a handler that writes to a disk or a network does, and holds no other lock."""

    def emit(self, record):
        time.sleep(0.001)


def activity(name):
    if name == "logging":
        logger = logging.getLogger()
        logger.addHandler(SlowHandler())
        return lambda: logger.warning("hello")
    if name == "file":
        stream = io.open("/dev/null", "wb")
        return lambda: stream.write(b"x" * 65536)
    if name == "groups":
        return lambda: grp.getgrnam("root")
    if name == "services":
        return look_up
    raise SystemExit(__doc__)


def look_up():
    try:
        socket.getservbyname("http")
    except socket.error:
        pass  # Where nobody knows it, looking for it is what matters.


def for_ever(act):
    while True:
        act()


def main(name, alone):
    warnings.simplefilter("ignore")  # Python 3.12 and later warn of exactly this.
    act = activity(name)
    act()
    if not alone:
        for _ in range(THREADS):
            thread = threading.Thread(target=for_ever, args=(act,))
            thread.daemon = True
            thread.start()
    for number in range(1, CHILDREN + 1):
        time.sleep(0.002)
        child = os.fork()
        if child == 0:
            signal.alarm(PATIENCE)
            act()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
            print("HUNG: child %d was still busy with %s after %d s" % (number, name, PATIENCE))
            break
        if status != 0:
            print("child %d ended with %d" % (number, status))
            break
    else:
        print("%d children came back from %s" % (CHILDREN, name))


main(sys.argv[1] if len(sys.argv) > 1 else "", "--alone" in sys.argv)
sys.stdout.flush()
os._exit(0)  # Not waiting for the threads.
