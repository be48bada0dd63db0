/** A reproduction over platforms of 64 bits, of 32 bits and of the other byte order, against a real engine. */
import assert from 'node:assert/strict';
import { readdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BINFMT } from '../../src/host/binfmt.ts';
import { parseReport } from '../../src/report/json.ts';
import type { Report } from '../../src/report/schema.ts';
import { runProgram } from '../support/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const S390X = 'debian-12@linux-s390x/cpython-3.11';
const needsAmd64 =
  process.arch !== 'x64' || process.getuid?.() !== 0 ? 'needs root on x86-64' : false;

/** The entries that this program registered; none if nothing is mounted. */
async function registered(): Promise<readonly string[]> {
  const names = await readdir(BINFMT).catch(() => []);
  return names.filter((name) => name.startsWith('race-matrix'));
}

async function reportOf(args: readonly string[], folder = root): Promise<Report> {
  const { stdout, stderr } = await runProgram(folder, [...args, '--install', '--json']);
  const parsed = parseReport(stdout);
  assert.ok(parsed.ok, `${stderr}\n${stdout.slice(0, 500)}`);
  return parsed.value;
}

function verdicts({ cells }: Report): readonly string[] {
  return cells.map(
    ({ environment, scenario, verdict, reason }) =>
      `${environment} ${scenario} ${verdict}${reason === undefined ? '' : `: ${reason}`}`,
  );
}

describe('a reproduction of byte order and word size', { skip: needsAmd64 }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulation-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('gives the right table over amd64, 386 and an emulated s390x', async () => {
    const matrix = join(root, 'examples/word-size/matrix.yaml');
    const report = await reportOf([
      ...['run', '--matrix', matrix, '--results', folder, '--skip', 'linux-arm64'],
    ]);
    assert.deepEqual([...verdicts(report)].sort(), [
      'debian-12/cpython-3.11 byte-order pass',
      'debian-12/cpython-3.11 time_t pass',
      'debian-12@linux-386/cpython-3.11 byte-order pass',
      'debian-12@linux-386/cpython-3.11 time_t fail',
      `${S390X} byte-order fail`,
      `${S390X} time_t pass`,
    ]);
    assert.equal(report.summary.unexpected, 0);
    const rows = new Map(report.environments.map((row) => [row.id, row]));
    const s390x = rows.get(S390X);
    assert.equal(s390x?.emulated, true);
    assert.deepEqual(
      [s390x.platform?.name, s390x.platform?.byteOrder, s390x.platform?.pointerBits],
      ['linux/s390x', 'big', 64],
    );
    const x86 = rows.get('debian-12@linux-386/cpython-3.11');
    assert.equal(x86?.emulated, undefined);
    assert.equal(x86?.platform?.pointerBits, 32);
    assert.deepEqual(await registered(), []);
  });

  it('is inconclusive where it does not say that emulation is fine', async () => {
    const script = join(folder, 'good.sh');
    await writeFile(script, 'exit 0\n');
    const row = ['--group', 'emulated', '--only', S390X, '--runs', '3'];
    const doubtful = await reportOf(['try', script, ...row]);
    assert.match(verdicts(doubtful).join(), /inconclusive: .*emulation/);
    const fine = await reportOf(['try', script, ...row, '--emulation', 'fine']);
    assert.deepEqual(verdicts(fine), [`${S390X} default pass`]);
  });

  it('may be a C source, which is compiled in the emulated row', async () => {
    const source = join(folder, 'order.c');
    await writeFile(
      source,
      '#include <stdio.h>\nint main(void) { int one = 1; puts(*(char *)&one ? "little" : "big"); return *(char *)&one != 1; }\n',
    );
    const report = await reportOf(['try', source, '--group', 'emulated', '--only', S390X]);
    assert.deepEqual(verdicts(report), [`${S390X} default fail`]);
    assert.deepEqual(await registered(), []);
  });
});
