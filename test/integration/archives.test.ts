/**
 * Rows of a base whose archive has a fault, each on the next archive: two archives on loopback, and an image
 * of a registry on loopback that is a base of Debian's.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readFolder } from '../../src/host/folder-content.ts';
import { prepareBase, type BaseContext } from '../../src/images/prepare-base.ts';
import type { ImageWork, Prepared } from '../../src/images/outcome.ts';
import { preparation } from '../../src/images/prepare.ts';
import type { Archive, Base, BaseSource, Environment } from '../../src/model.ts';
import {
  cannotMakeArchive,
  startDebianArchive,
  type DebianArchive,
  type Fault,
} from '../support/debian-archive/debian-archive.ts';
import { cannotStartRegistry, startRegistry, type Registry } from '../support/registry/registry.ts';
import {
  cannotStartPrivateEngine,
  openEngineUnderTest,
  type EngineUnderTest,
} from './engine-under-test.ts';

const images = fileURLToPath(new URL('../../images', import.meta.url));
const reproduction = fileURLToPath(new URL('../../reproduction', import.meta.url));
const skip =
  (await cannotStartPrivateEngine()) || cannotStartRegistry() || (await cannotMakeArchive());
const DEBIAN: BaseSource = { type: 'bootstrap', release: 'bookworm' };
/** The packages that the recipe `runtime` installs. */
const PACKAGES = ['strace', 'musl'].map((name) => ({ name, version: '1', files: {} }));
const SUITES = [
  'debian/dists/bookworm',
  'debian/dists/bookworm-updates',
  'debian-security/dists/bookworm-security',
];
let folder = '';
let opened: EngineUnderTest;
let registry: Registry;
let faulty: DebianArchive;
let healthy: DebianArchive;
let image = '';
/** Names of bases, so that no test finds what another one made. */
let bases = 0;

before(async () => {
  if (skip !== false) return;
  folder = await mkdtemp(join(tmpdir(), 'archives-'));
  // A row with only the packages that the recipe `runtime` installs.
  await mkdir(join(folder, 'row'));
  await writeFile(join(folder, 'row/Dockerfile'), 'ARG RUNTIME\nFROM ${RUNTIME}\n');
  [faulty, healthy, registry, opened] = await Promise.all([
    startDebianArchive(),
    startDebianArchive(),
    startRegistry(),
    openEngineUnderTest(),
  ]);
  await fill(healthy);
  image = `${registry.address}/debian:bookworm-slim`;
  const { engine } = opened;
  const base = await prepareBase({ id: 'debian-12', sources: [DEBIAN] }, await context([]));
  assert.ok(base.type === 'ready', JSON.stringify(base));
  await engine.tag(base.image.id, image);
  const pushed = await engine.push(image, { timeoutSeconds: 120 }, new AbortController().signal);
  assert.equal(pushed.type, 'done', JSON.stringify(pushed));
});
after(async () => {
  if (skip !== false) return;
  await Promise.all([faulty.stop(), healthy.stop(), registry.stop()]);
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

async function fill(archive: DebianArchive, fault?: Fault): Promise<void> {
  for (const path of SUITES) {
    const packages = path === SUITES[0] ? PACKAGES : [];
    await archive.put(path, { packages, ...(fault && { fault }) });
  }
}

const work = (notices: string[]): ImageWork => ({
  emit: (event) => {
    if (event.type === 'notice') notices.push(event.text);
  },
  slot: (run) => run(),
  signal: new AbortController().signal,
  refresh: false,
  timeoutSeconds: 1800,
});

async function context(notices: string[]): Promise<BaseContext> {
  return {
    engine: opened.engine,
    work: work(notices),
    overlayRecipe: await readFolder(join(images, 'overlay'), 'overlay'),
    archiveRecipe: await readFolder(join(images, 'archive'), 'archive'),
    pulls: new Map(),
    registries: new Map(),
  };
}

const archiveOf = (
  { address, keyring }: Pick<DebianArchive, 'address' | 'keyring'>,
  type: Archive['type'] = 'mirror',
): Archive => ({
  ...{ type, main: `${address}/debian`, security: `${address}/debian-security`, keyring },
});

/** A row of the pulled image with these archives, in their order. */
async function row(
  archives: readonly Archive[],
  more: Partial<Base> = {},
): Promise<{ prepared: Prepared; notices: readonly string[] }> {
  const notices: string[] = [];
  const base: Base = {
    id: `pulled-${++bases}`,
    sources: archives.map((archive) => ({ type: 'pull', reference: image, archive })),
    ...more,
  };
  const prepare = await preparation({
    engine: opened.engine,
    work: work(notices),
    recipes: [folder, images],
    reproduction,
    packages: [],
    programs: [],
    compileOn: null,
  });
  const python = { id: 'row', recipe: 'row', args: {}, command: 'python3' };
  const environment: Environment = { id: `${base.id}/row`, base, python };
  return { prepared: await prepare(environment), notices };
}

describe('a row of a pulled base', { skip }, () => {
  const faults: readonly (readonly [Fault, RegExp])[] = [
    ['expired', /expired .* ago/],
    ['moved', /http.* does not exist/],
    ['vanished', /is listed but not served/],
    ['half-updated', /differs from its Release file/],
    ['wrong-signature', /is not signed by a key that is trusted/],
    ['unsigned', /is not signed by a key that is trusted/],
    // Servers that are slow or silent are among the tests of the bootstrap: apt in an image waits for
    // them many minutes, file by file.
  ];
  for (const [fault, why] of faults) {
    it(`whose archive is ${fault} is made from the next one, which is said once`, async () => {
      await fill(faulty, fault);
      const { prepared, notices } = await row([archiveOf(faulty), archiveOf(healthy)]);
      assert.ok(prepared.type === 'ready', JSON.stringify(prepared));
      assert.match(
        prepared.image.source,
        new RegExp(`packages from the mirror ${healthy.address}`),
      );
      assert.equal(notices.length, 1, notices.join('\n'));
      assert.match(notices[0] ?? '', why);
    });
  }

  it('whose archive has expired is made from it if its entry accepts that', async () => {
    await fill(faulty, 'expired');
    const accepting = [
      row([archiveOf(faulty)], { acceptsExpired: true }),
      row([archiveOf(faulty, 'old-releases')]),
    ];
    for (const { prepared, notices } of await Promise.all(accepting)) {
      assert.ok(prepared.type === 'ready', JSON.stringify(prepared));
      assert.deepEqual(notices, []);
    }
  });

  it('whose archives all fail is an error with each of them in its first line', async () => {
    await fill(faulty, 'wrong-signature');
    const dead = archiveOf({ address: 'http://127.0.0.1:9', keyring: faulty.keyring });
    const { prepared } = await row([dead, archiveOf(faulty)], { acceptsExpired: true });
    assert.ok(prepared.type === 'failed');
    const [first = ''] = prepared.reason.split('\n');
    assert.match(first, /^no archive of pulled-\d+ has what this row needs: /);
    assert.match(first, /the mirror http:\/\/127\.0\.0\.1:9\/debian: .*Connection refused/);
    assert.match(first, /is not signed by a key that is trusted; its packages are not used/);
  });
});

describe('a base that is bootstrapped', { skip }, () => {
  it('is made from the next archive where the first one lost its suite', async () => {
    await fill(faulty, 'moved');
    const notices: string[] = [];
    const sources: BaseSource[] = [{ ...DEBIAN, archive: archiveOf(faulty) }, DEBIAN];
    const base = { id: `bootstrapped-${++bases}`, sources };
    const prepared = await prepareBase(base, await context(notices));
    assert.ok(prepared.type === 'ready', JSON.stringify(prepared));
    assert.deepEqual(prepared.image.served, DEBIAN);
    assert.match(prepared.image.source, /^bootstrapped from Debian bookworm, archive of /);
    assert.match(notices.join('\n'), /^bootstrapped-\d+: the mirror \S+ does not serve bookworm: /);
  });
});
