/** `matrix clean`: lists the leftovers of dead runs with their size, and removes them. */
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Engine } from '../engine/engine.ts';
import { privatePathsOf, removePrivateEngine } from '../engine/private/private-engine.ts';
import { bytesText, diskUsage } from '../host/disk-usage.ts';
import { deadTemporaryFolders, removeDeadFolder } from '../host/temporary-folder.ts';
import { findDead, removeDead } from '../images/dead-runs.ts';
import { LABELS } from '../images/naming.ts';
import { quantity } from '../text/quantity.ts';
import { EXIT } from '../cli/exit-status.ts';
import { interruptible } from '../cli/interrupt.ts';
import { UserError } from '../cli/user-error.ts';
import { cacheFolder, withEngine } from '../app/with-engine.ts';

interface CleanOptions {
  readonly engine?: string | undefined;
  /** Whether images and the private engine's data go as well. */
  readonly all?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Something that can be removed. */
interface Removable {
  /** In words, with the space that it takes. */
  readonly what: string;
  /** @returns what could not be removed, in a sentence each */
  readonly remove: () => Promise<readonly string[]>;
}

/** The removable and the kept objects, as they are reported. */
interface Leftovers {
  readonly removable: readonly Removable[];
  readonly notes: readonly string[];
}

/**
 * Removes leftovers of dead runs, and with `--all` the images and the private engine's data as
 * well. Objects of a live process are not touched.
 *
 * @returns 0, or 3 where something could not be removed
 */
export async function clean(options: CleanOptions): Promise<number> {
  const trouble = await interruptible(
    () => undefined,
    (signal) => removeLeftovers(options, signal),
  );
  for (const text of trouble) process.stderr.write(`Not removed: ${text}\n`);
  return trouble.length > 0 ? EXIT.notMeasured : EXIT.asExpected;
}

/** @returns what could not be removed, in a sentence each */
async function removeLeftovers(
  options: CleanOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const host = await onHost();
  const offer = async ({ removable, notes }: Leftovers) => {
    const first = [...host, ...removable];
    const all = [...first, ...(await privateData(options))];
    return (await confirmed(options, { removable: all, notes })) ? removeAll(first) : undefined;
  };
  let trouble: readonly string[] | undefined;
  try {
    trouble = await withEngine(
      { engine: options.engine, tidies: false },
      false,
      signal,
      async (engine) => offer(await inEngine(engine, options.all === true)),
    );
  } catch (error) {
    if (!(error instanceof UserError) || error.status !== EXIT.noEngine) throw error;
    const note = `No engine is running; its containers and images were not checked. ${error.message}`;
    trouble = await offer({ removable: [], notes: [note] });
  }
  if (trouble === undefined) return [];
  // A private engine has to be stopped before its data can go.
  trouble = [...trouble, ...(await removeAll(await privateData(options)))];
  process.stdout.write(trouble.length === 0 ? 'Removed.\n' : 'Removed the rest.\n');
  return trouble;
}

async function onHost(): Promise<readonly Removable[]> {
  return (await deadTemporaryFolders()).map((folder) => ({
    what: `${folder.path} of a dead run: ${bytesText(folder.bytes)}`,
    remove: () => withoutTrouble(removeDeadFolder(folder)),
  }));
}

async function inEngine(engine: Engine, all: boolean): Promise<Leftovers> {
  const dead = await findDead(engine, { sizes: true });
  const removable: Removable[] = [];
  if (dead.containers.length > 0) {
    removable.push({
      what: `${quantity(dead.containers.length, 'container')} of dead runs: ${bytesText(sizeOf(dead.containers))}`,
      remove: () => removeDead(engine, { ...dead, images: [] }),
    });
  }
  if (dead.images.length > 0) {
    removable.push({
      what: `${quantity(dead.images.length, 'unfinished image')} of dead runs: at most ${bytesText(sizeOf(dead.images))}`,
      remove: () => removeDead(engine, { ...dead, containers: [] }),
    });
  }
  // An unfinished image belongs to the process that makes it.
  const whole =
    all && !engine.description.private ? await engine.images(`${LABELS.ours}=image`) : [];
  // Only a run knows which of them it is going to need.
  const images = dead.inUse ? [] : whole;
  if (images.length > 0) {
    removable.push({
      what: `${quantity(images.length, 'image')}: at most ${bytesText(sizeOf(images))} (shared layers are counted for each)`,
      remove: async () => {
        const trouble: string[] = [];
        for (const { id } of images)
          trouble.push(...(await withoutTrouble(engine.removeImage(id))));
        return trouble;
      },
    });
  }
  return {
    removable,
    notes: [
      ...(dead.elsewhere === 0
        ? []
        : [
            `Kept ${quantity(dead.elsewhere, 'container')} of this program whose process cannot be seen from here.`,
          ]),
      ...(images.length < whole.length
        ? [`Kept ${quantity(whole.length, 'image')}, because a run is using this engine.`]
        : []),
      ...(all
        ? []
        : ['Use --all to remove the images and the data of the private engine as well.']),
    ],
  };
}

async function privateData({ all }: CleanOptions): Promise<readonly Removable[]> {
  const cache = cacheFolder(process.env);
  const { folder } = privatePathsOf(cache);
  if (all !== true || !existsSync(folder)) return [];
  return [
    {
      what: `the private engine with its images, ${folder}: ${bytesText(await diskUsage(folder))}`,
      remove: async () => {
        const reason = await removePrivateEngine(cache);
        return reason === undefined ? [] : [reason];
      },
    },
  ];
}

async function confirmed({ yes }: CleanOptions, { removable, notes }: Leftovers): Promise<boolean> {
  for (const { what } of removable) process.stdout.write(`${what}\n`);
  for (const note of notes) process.stdout.write(`(${note})\n`);
  if (removable.length === 0) {
    process.stdout.write('Nothing to remove.\n');
    return false;
  }
  if (yes === true) return true;
  if (!process.stdin.isTTY) {
    process.stdout.write(
      'Nothing was removed: there is no terminal to confirm on. Use --yes to remove without asking.\n',
    );
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test(await terminal.question('Remove all of this? [y/N] '));
  } finally {
    terminal.close();
  }
}

async function removeAll(removable: readonly Removable[]): Promise<readonly string[]> {
  const trouble: string[] = [];
  for (const { remove } of removable) trouble.push(...(await remove()));
  return trouble;
}

async function withoutTrouble(removal: Promise<void>): Promise<readonly string[]> {
  try {
    await removal;
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function sizeOf(things: readonly { readonly size: number }[]): number {
  return things.reduce((sum, { size }) => sum + size, 0);
}
