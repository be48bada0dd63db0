/** The real engine that integration tests use, and whether there can be one on this machine. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { connect, disconnect } from '../../src/engine/endpoint.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { openEngine } from '../../src/engine/opening/open.ts';
import { missingEnginePackages, privatePathsOf } from '../../src/engine/private/private-engine.ts';
import { installCommand } from '../../src/host/debian-packages.ts';
import { plainEnvironment } from '../support/program.ts';

export { plainEnvironment };

/** False if a private engine can be started; otherwise the reason for which a test is skipped. */
export async function cannotStartPrivateEngine(): Promise<string | false> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const missing = await missingEnginePackages(process.env);
  return missing.length > 0 ? `needs ${installCommand(missing)}` : false;
}

/** An opened engine and how to end it. */
export interface EngineUnderTest {
  readonly engine: Engine;
  /** Another client of it. */
  readonly other: Docker;
  readonly close: () => Promise<void>;
}

/**
 * Opens the engine of `MATRIX_TEST_ENGINE`, or a private one: in `MATRIX_TEST_CACHE`, whose images
 * are kept for the next time, or in a temporary folder.
 */
export async function openEngineUnderTest(): Promise<EngineUnderTest> {
  const named = process.env['MATRIX_TEST_ENGINE'];
  const kept = process.env['MATRIX_TEST_CACHE'];
  const cacheFolder = kept ?? mkdtempSync(join(tmpdir(), 'engine-test-'));
  const opened = await openEngine(
    {
      explicit: named ?? 'private',
      env: plainEnvironment(),
      cacheFolder,
      notify: () => undefined,
    },
    new AbortController().signal,
  );
  if (opened.type === 'none') throw new Error(`${opened.reason}\n${opened.advice}`);
  const path = named?.replace('unix://', '') ?? privatePathsOf(cacheFolder).socket;
  const other = connect({ type: 'unix', path });
  return {
    engine: opened.engine,
    other,
    close: async () => {
      disconnect(other);
      await opened.engine.close();
      if (kept === undefined) await rm(cacheFolder, { recursive: true, force: true });
    },
  };
}
