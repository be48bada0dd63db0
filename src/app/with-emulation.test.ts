/** Which platforms a command may need an emulator for, and that it gets none unasked. */
import assert from 'node:assert/strict';
import { release } from 'node:os';
import { describe, it } from 'node:test';
import type { Environment } from '../model.ts';
import type { Platform } from '../platform.ts';
import { scriptedEngine } from '../../test/support/scripted-engine.ts';
import { interpretersFor } from '../host/binfmt.ts';
import { platformsOf, withEmulation } from './with-emulation.ts';

function row(platform?: Platform, builtOn?: Platform): Pick<Environment, 'base' | 'python'> {
  const python = { id: 'py', recipe: 'r', args: {}, command: 'python3' };
  const base = { id: 'base', sources: [] };
  return {
    base: { ...base, platform },
    python: builtOn
      ? { ...python, build: { base: { ...base, platform: builtOn }, recipe: 'b', args: {} } }
      : python,
  };
}

describe('the platforms of rows', () => {
  it('are those that their bases and builds name, each once', () => {
    assert.deepEqual(platformsOf([row(), row()]), []);
    assert.deepEqual(
      platformsOf([row('linux/s390x'), row(), row('linux/s390x', 'linux/arm64'), row('linux/386')]),
      ['linux/s390x', 'linux/arm64', 'linux/386'],
    );
  });
});

describe('an emulator', () => {
  it('is registered for no command that was not asked to install anything', async () => {
    const engine = scriptedEngine({});
    const host = { ...engine.description.host, kernel: release() };
    const here = { description: { ...engine.description, host } };
    const before = interpretersFor('linux/s390x');
    const within = await withEmulation(here, [row('linux/s390x')], {}, () =>
      Promise.resolve(interpretersFor('linux/s390x')),
    );
    assert.deepEqual(within, before);
  });
});
