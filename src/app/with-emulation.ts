/** Emulators of other platforms, for as long as a command needs them. */
import { release } from 'node:os';
import type { Engine } from '../engine/engine.ts';
import { addInterpreters, removeInterpreters, usualEntry } from '../host/binfmt.ts';
import { announcement, installPackages } from '../host/debian-packages.ts';
import { findEmulator, ownEmulatorPackage } from '../host/emulators.ts';
import { checkPlatformSupport } from '../images/platform-support.ts';
import type { Environment } from '../model.ts';
import type { Platform } from '../platform.ts';
import { listInWords } from '../text/list-text.ts';
import { print } from '../cli/print.ts';
import type { EngineOptions } from './with-engine.ts';

/** The platforms that rows and what they are built on name. Pure. */
export function platformsOf(
  environments: readonly Pick<Environment, 'base' | 'python'>[],
): readonly Platform[] {
  return [
    ...new Set(
      environments.flatMap(({ base, python }) =>
        [base.platform, python.build?.base.platform].filter((one) => one !== undefined),
      ),
    ),
  ];
}

/**
 * Runs `use`. With `--install`, root's kernel starts an emulator meanwhile for the platforms that this host
 * does not run, with qemu-user installed first where it is missing. Each of these steps is announced.
 * Where one fails, the rows of those platforms are skipped, with the reason.
 */
export async function withEmulation<T>(
  { description }: Pick<Engine, 'description'>,
  environments: readonly Pick<Environment, 'base' | 'python'>[],
  { install }: Pick<EngineOptions, 'install'>,
  use: () => Promise<T>,
): Promise<T> {
  const lacking = async () => {
    const asked = platformsOf(environments);
    const found = await Promise.all(
      asked.map((one) => checkPlatformSupport(one, description.host)),
    );
    return asked.filter((_, index) => found[index]?.type === 'none');
  };
  if (install !== true || process.getuid?.() !== 0) return use();
  let platforms = await lacking();
  if (platforms.length === 0) return use();
  if ((await emulatorsOf(platforms)).size < platforms.length) {
    await installEmulators(platforms);
    // The package may have registered them itself.
    platforms = await lacking();
  }
  const emulators = await emulatorsOf(platforms);
  if (emulators.size === 0) return use();
  const names = listInWords([...emulators.keys()].map(usualEntry));
  print(`Registering ${names} in binfmt_misc until this command ends.`);
  const takeAway = () => {
    try {
      removeInterpreters();
    } catch (error) {
      print(
        `An entry of this command in binfmt_misc could not be removed: ${String(error)}. The next command tries again.`,
      );
    }
  };
  // A second Ctrl-C ends the process without any `finally`.
  process.once('exit', takeAway);
  try {
    addInterpreters(emulators, release());
  } catch (error) {
    print(`Registering ${names} failed, and their rows are skipped: ${String(error)}`);
  }
  try {
    return await use();
  } finally {
    process.off('exit', takeAway);
    takeAway();
  }
}

/** The installed ones. */
async function emulatorsOf(platforms: readonly Platform[]): Promise<ReadonlyMap<Platform, string>> {
  const paths = new Map<Platform, string>();
  for (const platform of platforms) {
    const path = await findEmulator(platform, process.env);
    if (path !== undefined) paths.set(platform, path);
  }
  return paths;
}

async function installEmulators(platforms: readonly Platform[]): Promise<void> {
  const packages = [ownEmulatorPackage()];
  print(announcement(packages, `, which emulates ${listInWords(platforms)}`));
  const outcome = await installPackages(packages, process.env);
  if (outcome.type !== 'installed') {
    print(`Installing ${packages.join(' ')} failed: ${outcome.reason}.`);
  }
}
