# Measures what this interpreter and its C library are, and writes it as one line of JSON. Runs on
# Python 2.7 to 3.15 and PyPy. What cannot be told is an error, never a guess. Its argument is the
# allocator that the row is to have.
from __future__ import print_function

import json
import os
import platform
import re
import struct
import subprocess
import sys


def run(*command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.communicate()[0].decode("utf-8", "replace")
    return process.returncode, output


def first_line(text):
    return text.strip().split("\n")[0].strip()


def mapped_files():
    """The paths of all files that are mapped into this very process."""
    with open("/proc/self/maps") as maps:
        return set(line.split(None, 5)[5].strip() for line in maps if line.count(" /") > 0)


def mapped_libc():
    """The path of the C library that this very process has loaded, and its family."""
    paths = mapped_files()
    for path in sorted(paths):
        name = os.path.basename(path)
        if "ld-musl" in name or ("musl" in path and name == "libc.so"):
            return "musl", path
        if name == "libc.so.6" or (name.startswith("libc-2.") and name.endswith(".so")):
            return "glibc", path
    # A statically linked interpreter has none, and then its libc is not the image's.
    raise SystemExit("no C library is mapped into this process: " + ", ".join(sorted(paths)))


def owner(path):
    """The package that owns a file, with its release."""
    # With a merged /usr a package may name a file by its path from before the merge, or the reverse.
    spellings = [path, os.path.realpath(path)]
    spellings += [p[4:] if p.startswith("/usr/") else "/usr" + p for p in spellings]
    if os.path.exists("/usr/bin/dpkg-query"):
        for spelling in spellings:
            status, output = run("dpkg-query", "-S", spelling)
            if status == 0:
                package = first_line(output).rsplit(":", 1)[0].split(",")[0].strip()
                status, output = run("dpkg-query", "-W", "-f", "${Package} ${Version}", package)
                if status == 0:
                    return first_line(output)
    for command in (["rpm", "-qf", "--qf", "%{NAME} %{VERSION}-%{RELEASE}"], ["apk", "info", "-W"],
                    ["pacman", "-Qo"]):
        try:
            status, output = run(*(command + [path]))
        except OSError:
            continue
        if status == 0:
            return first_line(output).split(" is owned by ")[-1]
    raise SystemExit("no package of this image owns %s" % path)


ALLOCATORS = ["jemalloc", "mimalloc"]


def malloc(wanted):
    """Nothing for the C library's own allocator. The loader only warns of a library that it cannot
    preload, and the row would then measure another allocator than its name says."""
    names = set(os.path.basename(path) for path in mapped_files())
    loaded = [name for name in ALLOCATORS if any(name in library for library in names)]
    if loaded != [] if wanted == "default" else loaded != [wanted]:
        raise SystemExit("the allocator of this row is to be %s, and loaded is: %s"
                         % (wanted, ", ".join(loaded) or "the C library's own"))
    return loaded


def libc():
    family, path = mapped_libc()
    if family == "glibc":
        # By number, since Python 2 and PyPy do not know the name: _CS_GNU_LIBC_VERSION of <unistd.h>.
        version = os.confstr(2).split()[-1]
    else:
        # musl's library is its own loader, and says its version when it is started without a program.
        _, output = run(path)
        lines = [line.split()[-1] for line in output.split("\n") if line.startswith("Version ")]
        if not lines:
            raise SystemExit("%s does not say its version: %s" % (path, output))
        version = lines[0]
    return {"name": family, "version": version, "package": owner(path)}


def distro():
    fields = {}
    with open("/etc/os-release") as release:
        for line in release:
            key, _, value = line.strip().partition("=")
            fields[key] = value.strip("\"'")
    version = fields.get("VERSION_ID") or fields.get("VERSION_CODENAME") or "rolling"
    if "VERSION_ID" not in fields and os.path.exists("/etc/debian_version"):
        with open("/etc/debian_version") as debian:
            version = debian.read().strip()
    return {"id": fields["ID"], "version": version}


def shell():
    path = os.path.realpath("/bin/sh")
    # Every child of the reproduction is one, and says by its status what it found.
    status, output = run("/bin/sh", "-c", "exit 97")
    if status != 97:
        raise SystemExit("/bin/sh does not work: `exit 97` gave %d. %s" % (status, output.strip()[-200:]))
    return "%s (%s)" % (path, owner(path))


def traces():
    """Why strace cannot be used here; None where it can."""
    try:
        status, output = run("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=execve",
                             "/bin/sh", "-c", "exit 0")
    except OSError as error:
        return "strace cannot be started: %s" % error
    return None if status == 0 else "strace cannot trace here: %s" % output.strip()[:300]


# Modules of the standard library that need a library which a build may lack, and that distributions
# package apart.
OPTIONAL_MODULES = ["bz2", "ctypes", "curses", "lzma", "readline", "sqlite3", "ssl", "venv", "zlib"]


def missing_modules():
    version = sys.version_info[0]
    missing = []
    for name in OPTIONAL_MODULES:
        if version == 2 and name in ("lzma", "venv"):
            continue
        try:
            __import__(name)
        except ImportError:
            missing.append(name)
    return missing


def build():
    parts = [" ".join(sys.version.split())]
    try:
        import sysconfig
        variables = sysconfig.get_config_vars()
        if variables.get("Py_GIL_DISABLED"):
            parts.append("free-threaded")
        if variables.get("Py_DEBUG"):
            parts.append("debug")
    except Exception:  # The record of a build's options is not packaged everywhere.
        pass
    parts += ["malloc %s" % name for name in malloc(sys.argv[1])]
    built_from = os.path.join(sys.prefix, "built-from")
    if os.path.exists(built_from):
        with open(built_from) as note:
            parts.append("from " + first_line(note.read()))
    parts += ["without %s" % name for name in missing_modules()]
    return ", ".join(parts)


# glibc 2.34 gave the start of every program a new symbol version, so an interpreter that needs no symbol
# of 2.34 or later was built against an earlier one.
START = (2, 34)


def built_against():
    """The C library that this interpreter was compiled against: exact where the build noted it, otherwise
    the newest version whose symbols it needs, which is a lower bound."""
    note = os.path.join(sys.prefix, "built-against")
    if os.path.exists(note):
        with open(note) as lines:
            name, version = first_line(lines.read()).split()
        return {"name": name, "version": version}
    family, _ = mapped_libc()
    if family != "glibc":
        # musl gives its symbols no versions.
        return {"name": family}
    own = [path for path in mapped_files() if re.search(r"/lib(python|pypy)[^/]*\.so", path)]
    versions = set()
    for path in [os.path.realpath("/proc/self/exe")] + own:
        with open(path, "rb") as program:
            found = re.findall(br"(?<=\0)GLIBC_([0-9]+)\.([0-9]+)[.0-9]*(?=\0)", program.read())
        versions.update((int(major), int(minor)) for major, minor in found)
    if not versions:
        return None
    newest = max(versions)
    bounds = {"name": family, "atLeast": "%d.%d" % newest}
    if newest < START:
        bounds["below"] = "%d.%d" % START
    return bounds


def subprocess_path():
    """What `subprocess` starts a child by: the module's own switches, and whether posix_spawn could close
    descriptors in the C library that the interpreter was compiled against."""
    spawn = getattr(subprocess, "_USE_POSIX_SPAWN", False)
    # CPython 3.10 has vfork without a switch for it, and 3.14 has taken the switch away (gh-121381).
    vfork = getattr(subprocess, "_USE_VFORK", platform.python_implementation() == "CPython"
                    and sys.version_info >= (3, 10))
    return {"posixSpawn": bool(spawn), "vfork": bool(vfork),
            "closeFrom": hasattr(os, "POSIX_SPAWN_CLOSEFROM")}


def gil():
    enabled = getattr(sys, "_is_gil_enabled", None)
    return True if enabled is None else bool(enabled())


def python():
    version = platform.python_version()
    if hasattr(sys, "pypy_version_info"):
        version = "%s (PyPy %d.%d.%d)" % ((version,) + tuple(sys.pypy_version_info[:3]))
    facts = {
        "implementation": platform.python_implementation(),
        "version": version,
        "build": build(),
        "gil": gil(),
        "subprocess": subprocess_path(),
    }
    against = built_against()
    if against is not None:
        facts["builtAgainst"] = against
    return facts


# By the machine of an ELF file and whether it has 64 bits; see <elf.h>.
PLATFORMS = {
    (3, 32): "linux/386",
    (62, 64): "linux/amd64",
    (40, 32): "linux/arm/v7",
    (183, 64): "linux/arm64",
    (243, 64): "linux/riscv64",
    (22, 64): "linux/s390x",
    (21, 64): "linux/ppc64le",
}


def platform_facts():
    """What the interpreter's own file says, since a kernel of 64 bits calls itself that in a container of
    32 bits, too."""
    with open("/proc/self/exe", "rb") as program:
        header = bytearray(program.read(20))
    order = "big" if header[5] == 2 else "little"
    bits = struct.calcsize("P") * 8
    machine = struct.unpack((">" if order == "big" else "<") + "H", bytes(header[18:20]))[0]
    if order != sys.byteorder:
        raise SystemExit("the interpreter's file is %s-endian, and runs as %s-endian"
                         % (order, sys.byteorder))
    name = PLATFORMS.get((machine, bits), "unknown")
    if name == "linux/ppc64le" and order == "big":
        name = "unknown"
    return {"name": name, "pointerBits": bits, "byteOrder": order,
            "pageSize": os.sysconf("SC_PAGE_SIZE")}


LISTS = "/var/lib/apt/lists"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def archives(folder):
    """Which archives apt's lists in this image are from, each with the day that its Release file states.
    Empty where the image keeps none."""
    found = []
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        matched = re.match(r"(.+)_dists_(.+)_(?:In)?Release$", name)
        if not matched:
            continue
        with open(os.path.join(folder, name), "rb") as release:
            text = release.read(64 * 1024).decode("utf-8", "replace")
        date = re.search(r"^Date: *\w+, +(\d+) (\w{3}) (\d{4}) ", text, re.M)
        if not date or date.group(2) not in MONTHS:
            continue
        # apt writes an underscore of the address as %5f.
        address, suite = [part.replace("_", "/").replace("%5f", "_") for part in matched.groups()]
        day = "%s-%02d-%02d" % (date.group(3), MONTHS.index(date.group(2)) + 1, int(date.group(1)))
        found.append({"address": address, "suite": suite, "day": day})
    return found[:20]


print(json.dumps({
    "archives": archives(LISTS),
    "facts": {"python": python(), "libc": libc(), "distro": distro(), "shell": shell(),
              "arch": platform.machine(), "platform": platform_facts()},
    "executable": sys.executable,
    "untraceable": traces(),
}))
