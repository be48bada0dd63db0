import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Endpoint,
  type OwnTls,
  connect,
  describeEndpoint,
  parseEndpoint,
} from './endpoint.ts';

function endpoint(text: string, env: NodeJS.ProcessEnv = {}): Endpoint {
  const parsed = parseEndpoint(text, env, (path) => `text of ${path}`);
  assert.ok(parsed.type !== 'invalid', JSON.stringify(parsed));
  return parsed;
}

describe("an engine's address", () => {
  it('is a socket or a host', () => {
    assert.deepEqual(endpoint('unix:///run/x.sock'), { type: 'unix', path: '/run/x.sock' });
    assert.deepEqual(endpoint('tcp://h:1234'), { type: 'tcp', host: 'h', port: 1234 });
    assert.deepEqual(endpoint('h:1234'), { type: 'tcp', host: 'h', port: 1234 });
    assert.deepEqual(endpoint('tcp://h'), { type: 'tcp', host: 'h', port: 2375 });
    assert.deepEqual(endpoint('http://h'), { type: 'tcp', host: 'h', port: 80 });
    assert.deepEqual(endpoint('tcp://[::1]:99'), { type: 'tcp', host: '::1', port: 99 });
  });

  it('is a pipe on Windows, and only there', () => {
    const text = 'npipe:////./pipe/docker_engine';
    const parsed = parseEndpoint(text, {}, undefined, undefined, 'win32');
    assert.ok(parsed.type !== 'invalid');
    assert.deepEqual(parsed, { type: 'unix', path: '//./pipe/docker_engine' });
    assert.equal(describeEndpoint(parsed), text);
    for (const [address, platform] of [
      [text, 'linux'],
      ['npipe://docker_engine', 'win32'],
    ] as const) {
      assert.equal(parseEndpoint(address, {}, undefined, undefined, platform).type, 'invalid');
    }
  });

  it('is an account behind ssh, perhaps with the socket there', () => {
    const host = { type: 'ssh', host: 'h', user: undefined, port: undefined, socket: undefined };
    assert.deepEqual(endpoint('ssh://h'), { ...host, program: 'docker' });
    assert.deepEqual(endpoint('ssh://me@h:22/'), {
      ...{ ...host, user: 'me', port: 22, program: 'docker' },
    });
    assert.deepEqual(endpoint('ssh://me@[::1]/run/podman/podman.sock'), {
      ...{ ...host, host: '::1', user: 'me' },
      socket: '/run/podman/podman.sock',
      program: 'podman',
    });
  });

  it('is spoken to with TLS where the environment or the address asks for it', () => {
    const tls = {
      ca: 'text of /c/ca.pem',
      cert: 'text of /c/cert.pem',
      key: 'text of /c/key.pem',
    };
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' };
    assert.deepEqual(endpoint('tcp://h', env), { type: 'tcp', host: 'h', port: 2376, tls });
    assert.deepEqual(endpoint('https://h'), { type: 'tcp', host: 'h', port: 443, tls: {} });
  });

  it('takes the TLS files of the docker command where DOCKER_CERT_PATH is not set', () => {
    const files: Readonly<Record<string, string>> = {
      '/home/me/.docker/ca.pem': 'ca',
      '/d/key.pem': 'k',
    };
    const tls = (env: NodeJS.ProcessEnv) => {
      const all = { HOME: '/home/me', DOCKER_TLS_VERIFY: '1', ...env };
      const parsed = parseEndpoint('tcp://h', all, (path) => files[path]);
      assert.ok(parsed.type === 'tcp', JSON.stringify(parsed));
      return parsed.tls;
    };
    assert.deepEqual(tls({}), { ca: 'ca' });
    assert.deepEqual(tls({ DOCKER_CONFIG: '/d' }), { key: 'k' });
    assert.deepEqual(tls({ DOCKER_CONFIG: '/nothing' }), {});
    assert.deepEqual(tls({ DOCKER_CONFIG: '' }), { ca: 'ca' });
    assert.equal(tls({ DOCKER_TLS_VERIFY: '' }), undefined);
    assert.deepEqual(tls({ DOCKER_TLS_VERIFY: '0' }), { ca: 'ca' });
  });

  it("is never spoken to with the environment's TLS files where it has its own settings", () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' };
    const read = (text: string, own: OwnTls) => {
      return parseEndpoint(text, env, () => assert.fail('reads a file'), own);
    };
    const plain = { type: 'tcp', host: 'h', port: 2375 };
    assert.deepEqual(read('tcp://h', {}), plain);
    const tls = { ca: 'its own' };
    assert.deepEqual(read('tcp://h', { tls }), { ...plain, port: 2376, tls });
    assert.deepEqual(read('https://h:1', {}), { ...plain, port: 1, tls: {} });
  });

  it('says the problem with it', () => {
    for (const [text, pattern] of [
      ['unix://relative', /absolute path/],
      ['fd://3', /not supported/],
      ['ssh://', /is not an address/],
      ['ssh://me:secret@host', /cannot have a password/],
      ['ssh://host/x?y', /more after the path/],
      ['ssh://host/50%', /Write %25/],
      ['ssh://5%@host', /Write %25/],
      ['npipe:////./pipe/docker', /./],
      ['', /is not an address/],
      ['tcp://', /is not an address/],
      ['tcp://h:1/path', /path/],
    ] as const) {
      const parsed = parseEndpoint(text, {});
      assert.equal(parsed.type, 'invalid', text);
      assert.match(parsed.reason, pattern);
    }
  });

  it('is invalid where its TLS files cannot be read', () => {
    const parsed = parseEndpoint('https://h', { DOCKER_CERT_PATH: '/c' }, () => {
      throw new Error('no such file');
    });
    assert.equal(parsed.type, 'invalid');
    assert.match(parsed.reason, /DOCKER_CERT_PATH.*no such file/);
    const missing = parseEndpoint('https://h', { DOCKER_CERT_PATH: '/c' }, () => undefined);
    assert.equal(missing.type, 'invalid');
    assert.match(missing.reason, /DOCKER_CERT_PATH.*\/c\/ca\.pem is missing/);
  });

  it('is described as it is written', () => {
    for (const text of [
      'unix:///run/x.sock',
      'tcp://h:1234',
      'https://h:1',
      'tcp://[::1]:2375',
      'ssh://h',
      'ssh://me@[::1]:22/run/x.sock',
    ]) {
      assert.equal(describeEndpoint(endpoint(text)), text);
    }
  });

  it('is the one that is used, whatever DOCKER_HOST of this process says', (t) => {
    const before = process.env['DOCKER_HOST'];
    t.after(() => {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    });
    process.env['DOCKER_HOST'] = 'tcp://elsewhere:1';
    const { modem } = connect({ type: 'unix', path: '/run/x.sock' });
    assert.deepEqual(
      {
        host: (modem as { host?: string }).host,
        socket: (modem as { socketPath?: string }).socketPath,
      },
      { host: undefined, socket: '/run/x.sock' },
    );
  });
});
