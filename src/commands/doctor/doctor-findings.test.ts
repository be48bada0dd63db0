import assert from 'node:assert/strict';
import { release, tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import type { Engine } from '../../engine/engine.ts';
import { LABELS } from '../../images/naming.ts';
import type { BaseSource, Environment } from '../../model.ts';
import { scriptedEngine } from '../../../test/support/scripted-engine.ts';
import {
  bootstrapFindings,
  cpuFinding,
  platformFinding,
  registryFindings,
  sandboxFinding,
  spaceFinding,
} from './doctor-findings.ts';

const { signal } = new AbortController();
const pull = (reference: string): BaseSource => ({ type: 'pull', reference });
const bootstrap: BaseSource = { type: 'bootstrap', release: 'bookworm' };

function row(id: string, ...sources: readonly BaseSource[]): Environment {
  const python = { id: 'py', recipe: 'r', args: {}, command: 'python3' };
  return { id: `${id}/py`, base: { id, sources }, python };
}

/** An engine whose registries refuse what `refuses` finds in a reference. */
function engineOf(refuses: RegExp, asked: string[] = [], isLost = false): Engine {
  return {
    ...scriptedEngine({}),
    registryRefusal: (reference) => {
      asked.push(reference);
      return Promise.resolve(
        refuses.test(reference) ? { reason: 'nobody answers', isLost } : undefined,
      );
    },
  };
}

describe('what doctor says', () => {
  it('of bootstrapping on another system than Linux: nothing that could be installed', async () => {
    const [finding, ...others] = await bootstrapFindings('darwin');
    assert.deepEqual(others, []);
    assert.equal(finding?.state, 'warning');
    assert.equal(finding.fix, undefined);
    assert.match(finding.detail, /needs Linux/);
  });

  it('of platforms: which ones run natively, and no problem where others do not', async () => {
    const { state, detail } = await platformFinding(scriptedEngine({}), { environments: [] });
    assert.equal(state, 'good');
    assert.match(detail, /^linux\/amd64.* natively/);
  });

  it('of platforms that rows ask for and the host does not run: what emulates them', async () => {
    // The scripted engine's host has the kernel of this machine only where that is stated.
    const engine = scriptedEngine({});
    const host = { ...engine.description.host, kernel: release() };
    const here = { description: { ...engine.description, host } };
    const plain = row('debian-12@linux-s390x', bootstrap);
    const asked = { ...plain, base: { ...plain.base, platform: 'linux/s390x' as const } };
    const found = await platformFinding(here, { environments: [asked] });
    if (/linux\/s390x[^;]* (by emulation|natively)/.test(found.detail)) return;
    assert.equal(found.state, 'warning');
    assert.match(found.detail, /not at all: .*linux\/s390x.*; rows of linux\/s390x are skipped$/);
    assert.match(found.fix ?? '', /--install.*qemu-user/);
    const unasked = await platformFinding(here, { environments: [plain] });
    assert.equal(unasked.state, 'good');
    assert.match(unasked.fix ?? '', /--install.*qemu-user/);
  });

  it('of registries: each is asked once, and the one that is silent is named', async () => {
    const asked: string[] = [];
    const environments = [
      row('debian-12', pull('debian:bookworm-slim'), bootstrap),
      row('ubuntu', pull('ubuntu:24.04')),
      row('inner', pull('registry.example:5000/team/base:1')),
    ];
    const found = await registryFindings(engineOf(/example/, asked), { environments }, signal);
    assert.deepEqual(asked.sort(), ['debian:bookworm-slim', 'registry.example:5000/team/base:1']);
    assert.deepEqual(
      found.map(({ state }) => state),
      ['good', 'warning'],
    );
    assert.match(found[1]?.detail ?? '', /team\/base:1: nobody answers; 2 rows have no other/);
    assert.match(found[1]?.fix ?? '', /HTTPS_PROXY=/);
  });

  it('of a registry nothing, if the engine could not ask it', async () => {
    const environments = [row('debian-12', pull('debian:bookworm-slim'), bootstrap)];
    const [found] = await registryFindings(engineOf(/./, [], true), { environments }, signal);
    assert.match(found?.detail ?? '', /^unknown: the engine could not ask/);
    assert.doesNotMatch(found?.fix ?? '', /PROXY/);
  });

  it('of a registry that is silent where all bases can be bootstrapped', async () => {
    const environments = [row('debian-12', pull('debian:bookworm-slim'), bootstrap)];
    const [found] = await registryFindings(engineOf(/./), { environments }, signal);
    assert.match(found?.detail ?? '', /bases are bootstrapped instead$/);
    const none = await registryFindings(engineOf(/./), { environments: [] }, signal);
    assert.deepEqual(none, [{ what: 'registry', state: 'good', detail: 'none is needed' }]);
  });

  it('of a registry that is silent: how many rows a run leaves out', async () => {
    const environments = [row('debian-12', pull('debian:bookworm-slim'), bootstrap)];
    const registryRows = [row('fedora', pull('fedora:44')), row('arch', pull('archlinux'))];
    const plan = { environments, registryRows };
    const [found] = await registryFindings(engineOf(/./), plan, signal);
    assert.match(found?.detail ?? '', /bases are bootstrapped instead, 2 rows left out$/);
  });

  it('of one CPU: that a race needs two', () => {
    const engine = engineOf(/./);
    const { description } = engine;
    const small = { ...description, host: { ...description.host, cpus: 1 } };
    assert.equal(cpuFinding({ ...engine, description: small }).state, 'bad');
    assert.equal(cpuFinding(engine).state, 'good');
  });

  it('of the disk: how much is free, also where the folder is not there yet', async () => {
    for (const folder of [tmpdir(), '/nowhere/at/all']) {
      assert.match((await spaceFinding(engineOf(/./), folder)).detail, /^[\d.]+ \wiB free for /);
    }
  });

  it('of limits without an image: that they were not tried, and how they are', async () => {
    const plan = { environments: [row('debian-12', bootstrap)] };
    const engine: Engine = { ...engineOf(/./), images: () => Promise.resolve([]) };
    const [found, ...more] = await sandboxFinding(engine, plan, signal);
    assert.deepEqual([found?.state, more], ['warning', []]);
    assert.match(found?.fix ?? '', /^bin\/matrix run, then bin\/matrix doctor/);
  });

  it('of limits that are not kept and of a seccomp profile that is too old, with what fixes them', async () => {
    const plan = { environments: [row('debian-12', bootstrap)] };
    const image = {
      ...{ id: 'sha256:1', tags: [], size: 1, digests: [] },
      labels: { [LABELS.name]: 'debian-12/py/reproduction' },
    };
    /** @param ate whether a program may take more memory than its limit */
    const look = (printed: object, ate: boolean) => {
      const engine: Engine = {
        ...engineOf(/./),
        images: () => Promise.resolve([image]),
        run: (request) => {
          const eats = request.command.length === 3;
          if (!eats) request.onStdout(Buffer.from(JSON.stringify(printed)));
          const status = eats && !ate ? 137 : 0;
          return Promise.resolve({ type: 'exited', status, seconds: 1 });
        },
      };
      return sandboxFinding(engine, plan, signal);
    };
    const good = await look({ wrong: [], trouble: [] }, false);
    assert.deepEqual(
      good.map(({ what, state }) => [what, state]),
      [
        ['limits', 'good'],
        ['seccomp and strace', 'good'],
      ],
    );
    const trouble = ['strace: status 1 Operation not permitted'];
    const [limits, seccomp] = await look({ wrong: ['network'], trouble }, true);
    assert.equal(limits?.state, 'bad');
    assert.match(limits.detail, /not enforce: network, memory, of a program that takes it$/);
    assert.match(limits.fix ?? '', /--engine private/);
    assert.equal(seccomp?.state, 'bad');
    assert.match(seccomp.detail, /^strace: .*not permitted$/);
    assert.match(seccomp.fix ?? '', /^apt-get install/);
    const [broken] = await look({ nonsense: 1 }, false);
    assert.equal(broken?.state, 'bad');
  });

  it('of limits that could not be tried to the end: not that they are kept', async () => {
    const plan = { environments: [row('debian-12', bootstrap)] };
    const image = {
      ...{ id: 'sha256:1', tags: [], size: 1, digests: [] },
      labels: { [LABELS.name]: 'debian-12/py/reproduction' },
    };
    const engine: Engine = {
      ...engineOf(/./),
      images: () => Promise.resolve([image]),
      run: (request) => {
        if (request.command.length === 3) {
          const outcome = { type: 'engine-failed', reason: 'socket hang up', seconds: 1 } as const;
          return Promise.resolve(outcome);
        }
        request.onStdout(Buffer.from(JSON.stringify({ wrong: [], trouble: [] })));
        return Promise.resolve({ type: 'exited', status: 0, seconds: 1 });
      },
    };
    const [found, ...more] = await sandboxFinding(engine, plan, signal);
    assert.deepEqual([found?.state, more], ['bad', []]);
    assert.match(found?.detail ?? '', /socket hang up$/);
  });
});
