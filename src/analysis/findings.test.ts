import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Verdict } from '../model.ts';
import type { ReportEnvironment } from '../report/schema.ts';
import { computeFindings } from './findings.ts';
import { headline } from './headline.ts';
import {
  defaultGroupReport,
  sampleEnvironment,
  sampleReport,
  type CellWish,
} from '../../test/support/sample-report.ts';

/** Rows such as `glibc 2.36 CPython 3.11 F`, of one scenario. */
function reportOf(scenario: string, ...lines: string[]) {
  const verdicts: Readonly<Record<string, Verdict>> = { F: 'fail', P: 'pass', I: 'inconclusive' };
  const environments: ReportEnvironment[] = [];
  const cells: CellWish[] = [];
  for (const line of lines) {
    const [family = '', libc = '', implementation = '', python = '', verdict = ''] =
      line.split(' ');
    const id = `${family}-${libc}/${implementation.toLowerCase()}-${python}`;
    environments.push(
      sampleEnvironment(id, `${family} ${libc}-1`, `${implementation} ${python}.1`),
    );
    cells.push({ environment: id, scenario, verdict: verdicts[verdict] ?? 'error' });
  }
  return sampleReport({ environments, scenarios: [scenario], cells });
}

const textsOf = (...lines: string[]) =>
  computeFindings(reportOf('add/os.system', ...lines)).map(({ text }) => text);

describe('findings', () => {
  it('state the boundary along the C library, its gap, and that the same Python proves it', () => {
    assert.deepEqual(
      textsOf(
        'glibc 2.31 CPython 3.13 F',
        'glibc 2.36 CPython 3.13 F',
        'glibc 2.41 CPython 3.13 P',
        'glibc 2.44 CPython 3.14 P',
        'musl 1.2.2 CPython 3.9 F',
        'musl 1.2.6 CPython 3.13 F',
      ),
      [
        'glibc: reproduced from 2.31 to 2.36, not from 2.41 on (newest: 2.44). ' +
          'Nothing between glibc 2.36 and 2.41 was decided. ' +
          'CPython 3.13 was on both sides, so the C library decides.',
        'musl: reproduced with every version that was decided, 1.2.2 to 1.2.6.',
      ],
    );
  });

  it('say so where Python changes at the same place, so that nobody can tell', () => {
    const [text = ''] = textsOf('glibc 2.36 CPython 3.11 F', 'glibc 2.37 CPython 3.13 P');
    assert.match(text, /reproduced with 2\.36, not from 2\.37 on/);
    assert.match(text, /cannot tell whether Python decides/);
    assert.doesNotMatch(text, /Nothing between/);
  });

  it('say that neither axis decides only where both were tried apart from each other', () => {
    const crossed = textsOf(
      'glibc 2.36 CPython 3.11 F',
      'glibc 2.36 CPython 3.13 F',
      'glibc 2.41 CPython 3.11 F',
    );
    assert.match(crossed.join(), /Neither the C library nor Python decides/);
    const confounded = textsOf('glibc 2.36 CPython 3.11 F', 'glibc 2.41 CPython 3.13 F');
    assert.doesNotMatch(confounded.join(), /either/);
    const mixed = textsOf(
      'glibc 2.36 CPython 3.11 P',
      'musl 1.2.2 CPython 3.11 F',
      'musl 1.2.2 CPython 3.13 F',
      'musl 1.2.6 CPython 3.13 F',
    );
    assert.match(mixed.join('\n'), /musl: .*Neither of the two decides/);
  });

  it('state a boundary along Python', () => {
    const [text = ''] = textsOf(
      'glibc 2.31 CPython 2.7 F',
      'glibc 2.31 CPython 3.9 P',
      'glibc 2.36 CPython 2.7 F',
      'glibc 2.36 CPython 3.11 P',
    );
    assert.match(text, /^CPython on glibc: reproduced with CPython 2\.7, not from CPython 3\.9 on/);
    assert.match(text, /Nothing between CPython 2\.7 and 3\.9 was decided\./);
    assert.match(text, /glibc 2\.31 was on both sides, so Python decides\./);
  });

  it('tell implementations apart where they differ', () => {
    assert.deepEqual(
      textsOf(
        'glibc 2.31 CPython 3.9 P',
        'glibc 2.31 PyPy 3.6 F',
        'glibc 2.36 CPython 3.11 P',
        'glibc 2.36 PyPy 3.9 F',
      ),
      [
        'CPython on glibc: did not reproduce with any version that was decided, glibc 2.31 to 2.36.',
        'PyPy on glibc: reproduced with every version that was decided, glibc 2.31 to 2.36.',
      ],
    );
  });

  it('name exceptions as exceptions', () => {
    const [text = ''] = textsOf(
      'glibc 2.31 CPython 3.9 F',
      'glibc 2.36 CPython 3.9 F',
      'glibc 2.39 CPython 3.9 P',
      'glibc 2.41 CPython 3.9 F',
      'glibc 2.43 CPython 3.9 F',
    );
    assert.match(text, /Exception: it did not reproduce in glibc-2\.39\/cpython-3\.9\./);
  });

  it('claim no boundary where there is none', () => {
    const [text = ''] = textsOf(
      ...['2.31 F', '2.32 P', '2.33 F', '2.34 P', '2.35 F', '2.36 P', '2.37 F', '2.38 P'].map(
        (part) => `glibc ${part.replace(' ', ' CPython 3.9 ')}`,
      ),
    );
    assert.match(text, /^glibc: reproduced in 4 of 8 environments, and no version/);
  });

  it('take a cell that was not decided for neither side', () => {
    const texts = textsOf(
      'glibc 2.36 CPython 3.13 F',
      'glibc 2.39 CPython 3.13 I',
      'glibc 2.41 CPython 3.13 P',
    );
    assert.match(texts[0] ?? '', /Nothing between glibc 2\.36 and 2\.41 was decided\./);
    assert.deepEqual(textsOf('glibc 2.36 CPython 3.13 I'), []);
  });

  it('count the environments where all agree', () => {
    const [text = ''] = textsOf(
      'glibc 2.36 CPython 3.13 P',
      'musl 1.2.5 PyPy 3.11 P',
      'musl 1.2.6 PyPy 3.11 I',
    );
    assert.equal(
      text,
      'Did not reproduce in any of the 2 environments that were decided: ' +
        'glibc 2.36, musl 1.2.5, with CPython 3.13, PyPy 3.11. One more was not decided.',
    );
  });

  it('speak of a control only where it failed', () => {
    assert.deepEqual(computeFindings(reportOf('none/os.system', 'glibc 2.36 CPython 3.13 P')), []);
    const [finding] = computeFindings(reportOf('none/os.system', 'glibc 2.36 CPython 3.13 F'));
    assert.match(finding?.text ?? '', /^This control failed in glibc-2\.36\/cpython-3\.13/);
  });

  it('point out failures that a caller does not see', () => {
    const report = reportOf('add/os.system', 'glibc 2.36 CPython 3.13 F');
    const cells = report.cells.map((cell) => ({
      ...cell,
      symptoms: { 'spawn-error': 300, 'damaged-environment': 12 },
    }));
    const texts = computeFindings({ ...report, cells }).map(({ text }) => text);
    assert.match(
      texts[1] ?? '',
      /in 1 environment children started without an error, but with a d/,
    );
  });

  it('doubt a pass of os.system where the C program fails', () => {
    const python = reportOf('add/os.system', 'glibc 2.36 CPython 3.13 P');
    const yardstick = reportOf('add/c-system', 'glibc 2.36 CPython 3.13 F');
    const texts = computeFindings({
      environments: python.environments,
      scenarios: [...python.scenarios, ...yardstick.scenarios],
      cells: [...python.cells, ...yardstick.cells],
    }).map(({ text }) => text);
    assert.ok(
      texts.some((text) => /own system\(\) fails in glibc-2\.36.*where os\.system/.test(text)),
    );
  });
});

describe('the headline', () => {
  it('says in one sentence where os.system races with what', () => {
    assert.equal(
      headline(defaultGroupReport()),
      'os.system races with adding a variable on glibc up to 2.36 and on every musl, ' +
        'with deleting a variable in every environment tested and ' +
        'with overwriting a variable on glibc with PyPy and on every musl.',
    );
  });

  it('never claims versions that were not measured', () => {
    const report = reportOf(
      'add/os.system',
      'glibc 2.36 CPython 3.13 F',
      'glibc 2.41 CPython 3.13 P',
    );
    assert.doesNotMatch(headline(report), /2\.4|before/);
  });

  it('puts versions beside what they are versions of', () => {
    const report = reportOf(
      'add/os.system',
      ...['glibc 2.31 CPython 3.9 F', 'glibc 2.36 CPython 3.9 F', 'glibc 2.41 CPython 3.9 P'],
      ...['glibc 2.31 PyPy 3.6 F', 'glibc 2.36 PyPy 3.6 P', 'glibc 2.41 PyPy 3.6 P'],
    );
    assert.match(
      headline(report),
      /on glibc up to 2\.36 with CPython and on glibc up to 2\.31 with PyPy/,
    );
  });

  it('names launchers that never failed', () => {
    const [one, other] = [
      reportOf('add/os.system', 'glibc 2.36 CPython 3.13 F'),
      reportOf('add/subprocess-env-copy', 'glibc 2.36 CPython 3.13 P'),
    ];
    const text = headline({
      environments: one.environments,
      scenarios: [...one.scenarios, ...other.scenarios],
      cells: [...one.cells, ...other.cells],
    });
    assert.match(text, /Never seen to fail: subprocess-env-copy\.$/);
  });

  it('says that nothing reproduced, and that nothing was decided, as different things', () => {
    assert.match(
      headline(reportOf('add/os.system', 'glibc 2.36 CPython 3.13 P')),
      /^Nothing reproduced/,
    );
    assert.match(
      headline(reportOf('add/os.system', 'glibc 2.36 CPython 3.13 I')),
      /^Nothing was decided/,
    );
  });

  it('has a word for scenarios that are not about the environment', () => {
    const report = reportOf(
      'add/os.system',
      'glibc 2.36 CPython 3.13 F',
      'musl 1.2.5 CPython 3.9 P',
    );
    assert.equal(
      headline({
        ...report,
        scenarios: [{ id: 'locale' }],
        cells: report.cells.map((cell) => ({ ...cell, scenario: 'locale' })),
      }),
      'locale reproduces on every glibc.',
    );
  });
});
