/** A container for a person: the same limits as a trial's, with a terminal. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Calls, callOnce, request } from '../calls.ts';
import { removeContainer } from './containers.ts';
import { EngineError, type InteractiveRequest } from '../engine.ts';
import { classifyFailure } from '../failure.ts';
import { fillVolume } from './run-container.ts';
import { containerSettings } from './hardening.ts';
import { type Quirks, type RunMemory, remember } from './quirks.ts';

/** Seconds for each call about it; how long the person stays is not limited. */
const CALL_SECONDS = 30;

/**
 * Connects a terminal to a new container until its program ends, then removes the container.
 *
 * @returns the program's exit status
 * @throws EngineError, or what the client library throws, if the engine fails
 */
export async function runInteractive(
  calls: Calls,
  memory: RunMemory,
  wanted: InteractiveRequest,
): Promise<number> {
  for (;;) {
    const { quirks } = memory;
    try {
      return await attempt(calls, quirks, wanted);
    } catch (error) {
      if (!remember(memory, quirks, classifyFailure(error))) throw error;
    }
  }
}

async function attempt(calls: Calls, quirks: Quirks, wanted: InteractiveRequest): Promise<number> {
  const name = `matrix-${randomUUID()}`;
  const { terminal } = wanted;
  const container = await callOnce(
    calls,
    { what: 'POST /containers/create', seconds: CALL_SECONDS },
    (docker, abortSignal) =>
      docker.createContainer({
        ...containerSettings(wanted, name, quirks, true),
        abortSignal,
      }),
  );
  try {
    const filled = await fillVolume(calls, name, wanted);
    if (filled.type === 'failed') throw new EngineError(filled.failure.message);
    const stream = await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    });
    await callOnce(
      calls,
      { what: 'POST /containers/…/start', seconds: CALL_SECONDS },
      (_, abortSignal) => container.start({ abortSignal }),
    );
    const resize = () => {
      // A terminal of a wrong size is better than none.
      container.resize({ w: terminal.columns, h: terminal.rows }).catch(() => undefined);
    };
    resize();
    terminal.output.on('resize', resize);
    terminal.input.setRawMode(true);
    terminal.input.pipe(stream);
    stream.pipe(terminal.output, { end: false });
    try {
      await once(stream, 'end');
    } finally {
      terminal.output.off('resize', resize);
      terminal.input.unpipe(stream);
      terminal.input.setRawMode(false);
      terminal.input.pause();
    }
    const ended = await request(
      calls,
      { what: 'POST /containers/…/wait', seconds: CALL_SECONDS },
      (): Promise<{ StatusCode?: number }> => container.wait(),
    );
    return ended?.StatusCode ?? 1;
  } finally {
    await removeContainer(calls, name);
  }
}
