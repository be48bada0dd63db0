/** The tests of a real engine once more, on a real Podman's socket. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openEngine } from '../../src/engine/opening/open.ts';
import { passIntegrationTest } from '../versions/releases.ts';
import { plainEnvironment } from './engine-under-test.ts';
import {
  cannotStartPodman,
  podmanConfiguration,
  startPodman,
  type PodmanService,
} from './podman-service.ts';

describe('the configuration of the tested Podman', () => {
  const limits = (nofile: string, nproc: string) =>
    [
      'Limit                     Soft Limit           Hard Limit           Units     ',
      `Max processes             ${nproc} processes `,
      `Max open files            ${nofile} files     `,
      'Max locked memory         8388608              8388608              bytes     ',
      '',
    ].join('\n');

  it('asks for no more than this process has', () => {
    assert.equal(
      podmanConfiguration(
        'podman version 5.4.2',
        limits('1024                 20000   ', '96365                96365   '),
        false,
      ),
      '[containers]\ndefault_ulimits = ["nofile=1024:20000", "nproc=96365:96365"]\n',
    );
  });

  it('writes no limit as Podman does', () => {
    assert.match(
      podmanConfiguration(
        'podman version 5.4.2',
        limits('1024                 20000   ', 'unlimited            unlimited'),
        false,
      ),
      /"nproc=-1:-1"/,
    );
  });

  it('leaves the limits of Podman 4 alone, which keeps those that there are', () => {
    assert.equal(podmanConfiguration('podman version 4.3.1', limits('1 2', '3 4'), false), '');
  });

  it('prefers runc where it is installed', () => {
    assert.match(
      podmanConfiguration('podman version 5.4.2', limits('1 2', '3 4'), true),
      /^\[engine\]\nruntime = "runc"$/m,
    );
    assert.doesNotMatch(
      podmanConfiguration('podman version 5.4.2', limits('1 2', '3 4'), false),
      /runtime/,
    );
  });
});

describe('Podman', { skip: await cannotStartPodman() }, () => {
  let podman: PodmanService;
  before(async () => {
    podman = await startPodman();
  });
  after(() => podman.close());

  it('is known for what it is', async () => {
    const opened = await openEngine(
      {
        explicit: podman.address,
        env: plainEnvironment(),
        cacheFolder: '/nowhere',
        notify: () => undefined,
      },
      new AbortController().signal,
    );
    assert.ok(opened.type === 'ready', JSON.stringify(opened));
    assert.equal(opened.engine.description.name, 'podman');
    assert.match(opened.engine.description.version, /^[45]\./);
    await opened.engine.close();
  });

  it('does everything that is asked of an engine', () =>
    passIntegrationTest('engine', { MATRIX_TEST_ENGINE: podman.address }));
});
