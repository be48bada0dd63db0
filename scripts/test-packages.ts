/** Debian packages that the tests need besides those of the program itself. */
import { MOUNT_PACKAGE, type WantedPackage } from '../src/host/debian-packages.ts';

/** The browser that opens report.html. */
export const CHROMIUM_PACKAGE = { package: 'chromium', program: 'chromium' } as const;

/** Checks what we write as XML; it is libxml2, which shares no code with what wrote it. */
export const XMLLINT_PACKAGE = { package: 'libxml2-utils', program: 'xmllint' } as const;

/** A registry on loopback, where images are put and had from. */
export const REGISTRY_PACKAGE = { package: 'docker-registry', program: 'docker-registry' } as const;

/** Reads back the CSV and the JUnit file, and runs the reproduction. */
export const PYTHON_PACKAGE = { package: 'python3', program: 'python3' } as const;

/** Traces the reproduction for reproduction/run.sh. */
export const STRACE_PACKAGE = { package: 'strace', program: 'strace' } as const;

/** Compiles the reproduction that is written in C, with the headers of the C library. */
export const COMPILER_PACKAGE = { package: 'build-essential', program: 'cc' } as const;

/** Signs the archives of Debian that tests make, with keys that its agent keeps. */
export const GPG_PACKAGES: readonly WantedPackage[] = [
  { package: 'gpg', program: 'gpg' },
  { package: 'gpg-agent', program: 'gpg-agent' },
];

/** Makes the interfaces that a private engine must leave alone. */
export const NETWORK_PACKAGE = { package: 'iproute2', program: 'ip' } as const;

/** The package that makes the small disk of the soak. */
export const SOAK_PACKAGES: readonly WantedPackage[] = [
  { package: 'e2fsprogs', program: 'mkfs.ext4' },
  MOUNT_PACKAGE,
];
