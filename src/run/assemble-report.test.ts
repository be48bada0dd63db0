/** How a report treats the cells of an emulated row. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EngineDescription } from '../engine/engine.ts';
import { PLAIN_PROTOCOL } from '../reproduction/plain-manifest.ts';
import type { Protocol } from '../reproduction/manifest.ts';
import type { Verdict } from '../model.ts';
import { environment, planOf } from '../../test/support/small-plan.ts';
import { sampleEnvironment, sampleReport } from '../../test/support/sample-report.ts';
import { scriptedEngine } from '../../test/support/scripted-engine.ts';
import { assembleReport } from './assemble-report.ts';

const NATIVE = 'debian-12/cpython-3.11';
const EMULATED = 'debian-12@linux-s390x/cpython-3.11';
const SCENARIO = 'add/os.system';

/** The report of one cell natively and one under emulation, by these verdicts. */
function reportOf(
  protocol: Protocol,
  [native, emulated]: readonly [Verdict, Verdict],
  engine: Partial<EngineDescription> = {},
) {
  const verdicts = new Map([
    [NATIVE, native],
    [EMULATED, emulated],
  ]);
  const { environments, cells } = sampleReport({
    environments: [...verdicts.keys()].map((id) => ({
      ...sampleEnvironment(id, 'glibc 2.36-9', 'CPython 3.11.2'),
      ...(id === EMULATED ? { emulated: true } : {}),
    })),
    scenarios: [SCENARIO],
    cells: [...verdicts].map(([id, verdict]) => ({
      environment: id,
      scenario: SCENARIO,
      verdict,
      ...(['error', 'skipped', 'inconclusive'].includes(verdict) ? { reason: 'a reason' } : {}),
    })),
  });
  const report = assembleReport({
    id: 'run',
    startedAt: new Date(0),
    finishedAt: new Date(1000),
    complete: true,
    tool: { name: 'test', version: '0' },
    engine: { ...scriptedEngine({}).description, ...engine },
    plan: { ...planOf([environment('debian-12', 'cpython-3.11')]), protocol },
    rows: environments.map((row) => ({
      environment: row,
      cells: cells.filter(({ environment: id }) => id === row.id),
    })),
  });
  const verdictOf = (id: string) => report.cells.find((cell) => cell.environment === id)?.verdict;
  return { report, native: verdictOf(NATIVE), emulated: verdictOf(EMULATED) };
}

const CONTRACT: Protocol = { type: 'contract' };
const FINE: Protocol = { ...PLAIN_PROTOCOL, emulation: 'fine' };

describe('a pass of an emulated row', () => {
  for (const [name, protocol, expected] of [
    ['the trial contract', CONTRACT, 'inconclusive'],
    ['a script', PLAIN_PROTOCOL, 'inconclusive'],
    ['a script that says emulation: fine', FINE, 'pass'],
  ] as const) {
    it(`is ${expected} for ${name}`, () => {
      const { report, native, emulated } = reportOf(protocol, ['fail', 'pass']);
      assert.equal(emulated, expected);
      assert.equal(native, 'fail');
      const cell = report.cells.find(({ environment: id }) => id === EMULATED);
      if (expected === 'inconclusive') assert.match(cell?.reason ?? '', /^[^.]*emulation[^.]*$/);
      else assert.equal(cell?.reason, undefined);
      assert.equal(report.run.emulation, protocol === FINE ? 'fine' : undefined);
    });
  }
});

describe('every other verdict of an emulated row', () => {
  for (const protocol of [CONTRACT, PLAIN_PROTOCOL, FINE]) {
    for (const verdict of ['fail', 'inconclusive', 'error', 'skipped'] as const) {
      const fine = protocol === FINE ? ', emulation: fine' : '';
      it(`stays what it is: ${verdict} (${protocol.type}${fine})`, () => {
        const { native, emulated } = reportOf(protocol, ['fail', verdict]);
        assert.deepEqual([native, emulated], ['fail', verdict]);
      });
    }
  }
});

describe('a pass of a native row', () => {
  it('counts beside emulated rows as without them', () => {
    for (const protocol of [PLAIN_PROTOCOL, FINE]) {
      assert.equal(reportOf(protocol, ['pass', 'fail']).native, 'pass');
    }
  });
});

describe('a run on an engine that discards CPU sets', () => {
  it('says so at the top of its report, and its verdicts stay', () => {
    const engine = { name: 'podman', version: '4.3.1', discardsCpuSets: true };
    const { report, native } = reportOf(PLAIN_PROTOCOL, ['pass', 'pass'], engine);
    assert.equal(native, 'pass');
    assert.match(report.run.warnings.join('\n'), /podman 4\.3\.1 discards CPU sets/);
    assert.doesNotMatch(
      reportOf(PLAIN_PROTOCOL, ['pass', 'pass']).report.run.warnings.join('\n'),
      /CPU sets/,
    );
  });
});
