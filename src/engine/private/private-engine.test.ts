import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { engineCommand, enginePackages, privatePathsOf } from './private-engine.ts';

describe('the private engine', () => {
  it('keeps everything in the cache folder', () => {
    const paths = privatePathsOf('/cache');
    for (const path of [paths.data, paths.run, paths.socket, paths.log, paths.lock, paths.config]) {
      assert.ok(path.startsWith('/cache/engine/'), path);
    }
  });

  it('has sockets that the kernel accepts, and a bridge, however long the path is', () => {
    const folder = fc
      .array(fc.stringMatching(/^[a-zA-Z0-9 _ü]{1,40}$/), { minLength: 1, maxLength: 12 })
      .map((names) => `/${names.join('/')}`);
    fc.assert(
      fc.property(folder, (cache) => {
        const { run, socket, name } = privatePathsOf(cache);
        assert.ok(Buffer.byteLength(socket) <= 107);
        assert.ok(Buffer.byteLength(`${run}/exec/containerd/containerd.sock.ttrpc`) <= 107);
        assert.match(name, /^[a-z0-9]{1,15}$/);
      }),
    );
  });

  it('has a run folder of its own for each cache folder', () => {
    const long = 'x'.repeat(100);
    assert.notEqual(privatePathsOf(`/${long}/a`).run, privatePathsOf(`/${long}/b`).run);
  });

  it('needs iproute2 only where it needs a bridge', () => {
    const names = (withBridge: boolean) => enginePackages(withBridge).map((item) => item.package);
    assert.deepEqual(names(false), ['docker.io', 'mount']);
    assert.deepEqual(names(true), ['docker.io', 'mount', 'iproute2']);
  });

  it('touches no rules, bridge or configuration of the machine', () => {
    const paths = privatePathsOf('/cache');
    const command = engineCommand(paths, 'srm0');
    for (const argument of [
      '--iptables=false',
      '--ip6tables=false',
      '--ip-masq=false',
      '--ip-forward=false',
      '--bridge=srm0',
      `--config-file=${paths.config}`,
    ]) {
      assert.ok(command.includes(argument), argument);
    }
    assert.ok(engineCommand(paths, 'none').includes('--bridge=none'));
  });
});
