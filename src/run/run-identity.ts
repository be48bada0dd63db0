/** The identity of a run: everything that a report states once for all of its cells. */
import { createHash } from 'node:crypto';
import { z } from '../zod.ts';
import type { EngineDescription } from '../engine/engine.ts';
import { readFolder } from '../host/folder-content.ts';
import { digestOfFiles } from '../images/fingerprint.ts';
import type { Report } from '../report/schema.ts';
import { sha256Schema } from '../report/schema-parts.ts';
import type { ValueOf } from '../json-file/immutable.ts';
import type { RunPlan } from './plan.ts';

export const identitySchema = z.strictObject({
  /** Name and version of this program. */
  tool: z.string().max(200),
  /** The sha256 of matrix.yaml. */
  matrix: sha256Schema,
  /** The sha256 of the selected cells. */
  cells: sha256Schema,
  /** The hash of the reproduction's files. */
  reproduction: sha256Schema,
  engine: z.string().max(2_000),
  host: z.string().max(2_000),
});
type RunIdentity = ValueOf<typeof identitySchema>;

/** In the words of the message that names a difference. */
const WORDS: Readonly<Record<keyof RunIdentity, string>> = {
  tool: 'the version of this program',
  matrix: 'matrix.yaml',
  cells: 'the selection of cells',
  reproduction: 'the reproduction',
  engine: 'the container engine',
  host: "the engine's host",
};

/**
 * The identity of a run of this plan on this engine. The images are not part of it: they are
 * compared row by row, and a row with a changed image is measured again. Nor are the expectations,
 * because they do not affect measurements.
 *
 * @throws FolderError if the reproduction's folder cannot be read
 */
export async function runIdentity(
  plan: RunPlan,
  tool: Report['run']['tool'],
  engine: Pick<EngineDescription, 'name' | 'version' | 'host'>,
): Promise<RunIdentity> {
  const cells = createHash('sha256');
  for (const { id } of plan.environments) {
    cells.update(`${id}\n`);
    for (const { id: scenario, args } of plan.scenarios) {
      cells.update(`  ${JSON.stringify([scenario, args])}\n`);
    }
  }
  const { kernel, arch, cpus } = engine.host;
  return {
    tool: `${tool.name} ${tool.version}`,
    matrix: plan.matrix.sha256,
    cells: cells.digest('hex'),
    reproduction: await digestOfReproduction(plan.reproduction),
    engine: `${engine.name} ${engine.version}`,
    host: `${kernel}, ${arch}, ${cpus} CPUs`,
  };
}

/**
 * The sha256 of the files of a reproduction, in hexadecimal.
 *
 * @throws FolderError if the folder cannot be read
 */
export async function digestOfReproduction(folder: string): Promise<string> {
  return digestOfFiles(await readFolder(folder, 'the reproduction'));
}

/** The differences between two identities, a sentence each; empty if they are the same. Pure. */
export function differences(then: RunIdentity, now: RunIdentity): readonly string[] {
  return (Object.keys(WORDS) as (keyof RunIdentity)[])
    .filter((key) => then[key] !== now[key])
    .map((key) => {
      const digest = key === 'matrix' || key === 'cells' || key === 'reproduction';
      return digest ? `${WORDS[key]} changed` : `${WORDS[key]} was ${then[key]} and is ${now[key]}`;
    });
}
