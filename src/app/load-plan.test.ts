import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { renderBaseline } from '../comparison/baseline.ts';
import { SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import { loadPlan } from './load-plan.ts';
import { UserError } from '../cli/user-error.ts';

const REPRODUCTION = fileURLToPath(new URL('../../reproduction', import.meta.url));

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plan-'));
  await cp(REPRODUCTION, join(folder, 'reproduction'), { recursive: true });
});
after(() => rm(folder, { recursive: true, force: true }));

/** The plan of the small matrix with these lines at its end. */
async function planWith(lines: string) {
  const matrix = join(folder, 'matrix.yaml');
  await writeFile(matrix, `${SMALL_MATRIX}${lines}`);
  const { plan } = await loadPlan({ matrix, group: undefined, only: [], skip: [] });
  return plan;
}

describe('what a run expects', () => {
  before(() =>
    writeFile(
      join(folder, 'baseline.json'),
      renderBaseline({
        kind: 'baseline',
        schema: 1,
        run: 'r',
        environments: [
          {
            id: 'debian-12/pypy3',
            verdicts: { 'add/os.system': 'fail', 'delete/os.system': 'fail' },
          },
        ],
      }),
    ),
  );

  it('is the baseline where no line of the file is about the cell', async () => {
    const { expectedFor } = await planWith(
      'baseline: baseline.json\nexpect: [{ scenarios: add/os.system, verdict: pass }]\n',
    );
    assert.equal(expectedFor('debian-12/pypy3', 'delete/os.system'), 'fail');
    assert.equal(expectedFor('debian-12/pypy3', 'add/os.system'), 'pass');
    assert.equal(expectedFor('debian-13/pypy3', 'delete/os.system'), null);
  });

  it('is nothing of the baseline where the file names none', async () => {
    const { expectedFor } = await planWith('');
    assert.equal(expectedFor('debian-12/pypy3', 'delete/os.system'), null);
  });

  it('is refused where the baseline is missing or broken, rather than expecting nothing', async () => {
    await writeFile(join(folder, 'broken.json'), '{"kind": "baseline"}');
    for (const [name, message] of [
      ['nowhere.json', /does not exist/],
      ['broken.json', /is not a baseline/],
    ] as const) {
      await assert.rejects(
        planWith(`baseline: ${name}\n`),
        (error) => error instanceof UserError && message.test(error.message),
      );
    }
    await assert.rejects(planWith('baseline: ../elsewhere.json\n'), UserError);
  });
});

describe('the rows that a finding may name', () => {
  it('are all rows of the matrix, each with the command that measures it', async () => {
    const { plan } = await loadPlan({ matrix: 'matrix.yaml', only: ['debian-12/*'] });
    const commands = new Map(plan.matrixRows?.map(({ id, command }) => [id, command]));
    assert.equal(
      commands.get('debian-13/cpython-3.13'),
      'bin/matrix run --only debian-13/cpython-3.13',
    );
    assert.match(
      commands.get('debian-13/cpython-3.11-glibc') ?? '',
      /^bin\/matrix run --group \S+ --only debian-13\/cpython-3\.11-glibc$/,
    );
  });
});

describe('a reproduction that is named', () => {
  const loaded = async (what: string) => {
    const matrix = join(folder, 'matrix.yaml');
    await writeFile(matrix, SMALL_MATRIX);
    return (await loadPlan({ matrix, reproduction: what })).plan;
  };

  it('is whatever `matrix try` takes, and the report says what it was', async () => {
    await writeFile(join(folder, 'bug.py'), 'raise SystemExit(1)\n');
    const plan = await loaded(join(folder, 'bug.py'));
    assert.equal(plan.protocol?.type, 'script');
    assert.deepEqual(plan.source, { text: 'bug.py', commit: undefined });
    assert.match(plan.rerunOptions ?? '', /--reproduction \S*bug\.py/);
  });

  it("may be the matrix's own, of which nothing is reported", async () => {
    const plan = await loaded(join(folder, 'reproduction'));
    assert.equal(plan.source, undefined);
    assert.equal(plan.protocol?.type, 'contract');
  });

  it('is refused in words where it cannot be measured', async () => {
    await assert.rejects(
      loaded(join(folder, 'bug.pie')),
      (error) => error instanceof UserError && /Did you mean `\S*bug\.py`/.test(error.message),
    );
  });
});
