/** This program's engine over a fake one, with time limits that a test can wait for. */
import { connect } from '../../../src/engine/endpoint.ts';
import { dockerEngine } from '../../../src/engine/opening/docker-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { FakeEngine, FakeEngineOptions } from './fake-engine.ts';
import { startFakeEngine } from './fake-engine.ts';

export interface Pair {
  readonly engine: Engine;
  readonly fake: FakeEngine;
  /** The messages to the user. */
  readonly notices: string[];
}

/**
 * Runs a test with a fresh pair, and closes both.
 *
 * @param timeScale a factor on the time limits of calls: 0.1 makes ten seconds one
 */
export async function withFakeEngine(
  options: FakeEngineOptions & { readonly timeScale?: number },
  use: (pair: Pair) => Promise<void>,
): Promise<void> {
  const fake = await startFakeEngine(options);
  const notices: string[] = [];
  const engine = dockerEngine({
    calls: {
      docker: connect({ type: 'unix', path: fake.socket }),
      notify: (text) => notices.push(text),
      retries: { count: 0 },
      timeScale: options.timeScale ?? 0.1,
    },
    description: {
      name: 'docker',
      version: '20.10.24',
      apiVersion: '1.41',
      endpoint: fake.address,
      private: false,
      host: { kernel: '6.1.0', arch: 'x86_64', cpus: 4, memory: 8_000_000_000 },
    },
    network: { proxies: {} },
    stop: () => Promise.resolve(),
  });
  try {
    await use({ engine, fake, notices });
  } finally {
    await engine.close();
    await fake.close();
  }
}
