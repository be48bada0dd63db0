/** Which rows ran under emulation of another architecture than the host's. Pure. */
import type { ReportEnvironment } from '../report/schema.ts';

/** The kernel's name for what Go programs, and so engines, call otherwise. */
const KERNEL_NAMES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

/** Architectures that a processor runs natively besides its own, as `uname -m` names it. */
const NATIVE: Readonly<Record<string, RegExp>> = {
  x86_64: /^i[3-6]86$/,
};

/**
 * Compares the kernel's architecture in each row's container with that of the engine's host. Under
 * emulation, the emulator answers for the kernel.
 *
 * @returns ids, without rows of unknown architecture: these measured nothing or are of an early
 * version
 */
export function emulatedRows(
  environments: readonly Pick<ReportEnvironment, 'id' | 'arch'>[],
  hostArch: string,
): readonly string[] {
  const host = kernelName(hostArch);
  return environments
    .filter(({ arch }) => arch !== undefined && !isNative(kernelName(arch), host))
    .map(({ id }) => id);
}

function kernelName(arch: string): string {
  return KERNEL_NAMES[arch] ?? arch;
}

function isNative(arch: string, host: string): boolean {
  return arch === host || (NATIVE[host]?.test(arch) ?? false);
}
