import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Pair, withFakeEngine } from '../../../test/support/fake-engine/engine-over-fake.ts';
import type { Exchange } from '../../../test/support/fake-engine/exchange.ts';
import { imageId } from '../../../test/support/fake-engine/fake-images.ts';
import type { BuildRequest, ImageOutcome } from '../engine.ts';
import { splitReference } from './images.ts';
import { proxyArguments } from './make-image.ts';

const TAG = 'name/of-it:1';
const never = new AbortController().signal;

function build(
  pair: Pair,
  more: Partial<BuildRequest> = {},
  signal: AbortSignal = never,
): Promise<ImageOutcome> {
  return pair.engine.build(
    {
      context: Readable.from([Buffer.from('the context')]),
      tag: TAG,
      labels: { a: '1' },
      args: {},
      timeoutSeconds: 60,
      onLine: () => undefined,
      ...more,
    },
    signal,
  );
}

function lines(...values: object[]): { type: 'answer'; text: string } {
  return {
    type: 'answer',
    text: values.map((value) => `${JSON.stringify(value)}\r\n`).join(''),
  };
}

/** Answers with a line, and then with nothing more. */
const stuck = {
  type: 'handle',
  handle: ({ response }: Exchange) => {
    response.writeHead(200);
    response.write('{"stream":"begun\\n"}\r\n');
  },
} as const;

describe('a build', () => {
  it('gives the image that the engine has afterwards', () =>
    withFakeEngine({}, async (pair) => {
      const outcome = await build(pair);
      assert.equal(outcome.type, 'done');
      assert.equal(outcome.image.id, imageId(TAG));
      assert.equal(outcome.image.labels['a'], '1');
      assert.equal(pair.fake.images.received, 'the context'.length);
    }));

  it('has failed when a successful answer says so', () =>
    withFakeEngine({}, async (pair) => {
      pair.fake.images.add(TAG);
      pair.fake.misbehave(
        'POST /build',
        lines({ stream: 'Step 1/1 : RUN false\n' }, { error: 'returned a non-zero code: 1' }),
      );
      const outcome = await build(pair);
      assert.equal(outcome.type, 'failed');
      assert.match(outcome.reason, /non-zero code: 1/);
      assert.deepEqual(outcome.log, ['Step 1/1 : RUN false', 'returned a non-zero code: 1']);
    }));

  it('has failed when the answer ends early, in whatever way', async () => {
    const early = [
      lines({ stream: 'Step 1/2\n' }),
      lines(),
      { type: 'cut' },
      { type: 'cut-in-answer', text: '{"stream":"Step 1/2\\n"}\r\n{"stre' },
      { type: 'status', status: 500 },
      { type: 'status', status: 400 },
    ] as const;
    for (const how of early) {
      await withFakeEngine({}, async (pair) => {
        pair.fake.misbehave('POST /build', how);
        assert.equal((await build(pair)).type, 'failed', JSON.stringify(how));
      });
    }
  });

  it('is not taken for the image that had its name before', () =>
    withFakeEngine({}, async (pair) => {
      pair.fake.images.add(TAG);
      pair.fake.misbehave('POST /build', lines({ aux: { ID: imageId('another') } }));
      const outcome = await build(pair);
      assert.equal(outcome.type, 'failed');
      assert.match(outcome.reason, /the engine made/);
    }));

  it('ends at its time limit', () =>
    withFakeEngine({ timeScale: 10 }, async (pair) => {
      pair.fake.misbehave('POST /build', stuck);
      const outcome = await build(pair, { timeoutSeconds: 0.2 });
      assert.equal(outcome.type, 'failed');
      assert.match(outcome.reason, /longer than 0\.2 s/);
      assert.deepEqual(outcome.log, ['begun']);
    }));

  it('is given up at once when the run is interrupted, and the engine notices', () =>
    withFakeEngine({}, async (pair) => {
      let closed: Promise<unknown> | undefined;
      const controller = new AbortController();
      pair.fake.misbehave('POST /build', {
        type: 'handle',
        handle: (exchange) => {
          closed = new Promise((resolve) => exchange.response.once('close', resolve));
          stuck.handle(exchange);
        },
      });
      const outcome = await build(
        pair,
        {
          onLine: () => {
            controller.abort();
          },
        },
        controller.signal,
      );
      assert.equal(outcome.type, 'cancelled');
      await closed;
    }));

  it('names what was wrong with its folder', () =>
    withFakeEngine({}, async (pair) => {
      const context = Readable.from(
        (function* () {
          yield Buffer.from('half');
          throw new Error('the folder cannot be read');
        })(),
      );
      const outcome = await build(pair, { context });
      assert.equal(outcome.type, 'failed');
      assert.match(outcome.reason, /the folder cannot be read/);
    }));
});

describe('an import', () => {
  it('gives the image its labels', () =>
    withFakeEngine({}, async (pair) => {
      const labels = { a: 'with "quotes", $HOME and \\', 'b.c': '' };
      const archive = Readable.from([Buffer.from('tar')]);
      const outcome = await pair.engine.import(
        { archive, tag: TAG, labels, timeoutSeconds: 60 },
        never,
      );
      assert.equal(outcome.type, 'done');
      assert.deepEqual(outcome.image.labels, labels);
    }));

  it('has failed when a label is lost, and leaves no image without it', () =>
    withFakeEngine({}, async (pair) => {
      pair.fake.misbehave('POST /images/create', {
        type: 'handle',
        handle: async (exchange) => {
          await exchange.body();
          exchange.lines([{ status: pair.fake.images.add(TAG).id }]);
        },
      });
      const archive = Readable.from([Buffer.from('tar')]);
      const outcome = await pair.engine.import(
        { archive, tag: TAG, labels: { a: '1' }, timeoutSeconds: 60 },
        never,
      );
      assert.equal(outcome.type, 'failed');
      assert.equal(await pair.engine.image(TAG), undefined);
    }));
});

describe('a pull', () => {
  const options = { timeoutSeconds: 60, onLine: () => undefined };

  it('is unavailable where no registry answers, says no, or is silent', async () => {
    const silent = [
      { type: 'status', status: 500, message: 'no such host' },
      { type: 'status', status: 404, message: 'manifest unknown' },
      { type: 'hang' },
      stuck,
      lines({ status: 'Pulling' }, { error: 'toomanyrequests' }),
    ] as const;
    for (const how of silent) {
      await withFakeEngine({ timeScale: 1 }, async (pair) => {
        pair.fake.misbehave('POST /images/create', how);
        const limited = { ...options, timeoutSeconds: 0.3 };
        const outcome = await pair.engine.pull('name:1', limited, never);
        assert.equal(outcome.type, 'unavailable', JSON.stringify(how));
      });
    }
  });

  it('is never unavailable for problems of this machine', async () => {
    const full = lines({ error: 'write /var/lib: no space left on device' });
    const half = { type: 'cut-in-answer', text: '{"status":"Pulling"}\n' } as const;
    const torn = { type: 'cut-in-answer', text: '{"status":"Pul' } as const;
    for (const how of [full, { type: 'cut' }, half, torn] as const) {
      await withFakeEngine({}, async (pair) => {
        pair.fake.misbehave('POST /images/create', how);
        const outcome = await pair.engine.pull('name:1', options, never);
        assert.equal(outcome.type, 'failed', JSON.stringify(how));
      });
    }
  });

  it('is none of a registry where the engine no longer answers anything', () =>
    withFakeEngine({ timeScale: 0.01 }, async (pair) => {
      pair.fake.misbehave('POST /images/create', { type: 'hang' });
      pair.fake.misbehave('GET /_ping', { type: 'hang' });
      assert.equal((await pair.engine.pull('name:1', options, never)).type, 'failed');
    }));

  it('asks for one tag, never for all of them', () =>
    withFakeEngine({}, async (pair) => {
      let asked: URLSearchParams | undefined;
      pair.fake.misbehave('POST /images/create', {
        type: 'handle',
        handle: (exchange) => {
          asked = exchange.url.searchParams;
          exchange.lines([{ status: 'Pull complete' }]);
          pair.fake.images.add('host:5000/name');
        },
      });
      const outcome = await pair.engine.pull('host:5000/name', options, never);
      assert.equal(outcome.type, 'done', JSON.stringify(outcome));
      assert.deepEqual(Object.fromEntries(asked ?? []), {
        fromImage: 'host:5000/name',
        tag: 'latest',
      });
    }));
});

describe('the parts of a reference', () => {
  it('are its name and its tag or digest', () => {
    for (const [reference, parts] of [
      ['debian:trixie', ['debian', 'trixie']],
      ['debian', ['debian', 'latest']],
      ['h:5000/a/b', ['h:5000/a/b', 'latest']],
      ['h:5000/a/b:1', ['h:5000/a/b', '1']],
      ['debian@sha256:abc', ['debian', 'sha256:abc']],
    ] as const) {
      assert.deepEqual(splitReference(reference), parts);
    }
  });
});

describe('the proxies of a build', () => {
  it('are those of the environment, and nothing else of it', () => {
    const name = fc.constantFrom('HTTP_PROXY', 'https_proxy', 'no_proxy', 'PATH', 'SECRET');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string()), (env) => {
        const passed = proxyArguments(env);
        for (const [key, value] of Object.entries(passed)) {
          assert.match(key, /proxy$/i);
          assert.equal(value, env[key]);
        }
        assert.equal('HTTP_PROXY' in passed, (env['HTTP_PROXY'] ?? '') !== '');
      }),
    );
  });
});
