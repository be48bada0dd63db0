import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
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
  const verdicts: Readonly<Record<string, Verdict>> = {
    F: 'fail',
    P: 'pass',
    I: 'inconclusive',
    S: 'skipped',
    E: 'error',
  };
  const environments: ReportEnvironment[] = [];
  const cells: CellWish[] = [];
  for (const line of lines) {
    const [family = '', libc = '', implementation = '', python = '', verdict = '', build = ''] =
      line.split(' ');
    const id = `${family}-${libc}/${implementation.toLowerCase()}-${python}${build}`;
    const version = python.split('.').length > 2 ? python : `${python}.1`;
    environments.push(sampleEnvironment(id, `${family} ${libc}-1`, `${implementation} ${version}`));
    cells.push({ environment: id, scenario, verdict: verdicts[verdict] ?? 'error' });
  }
  const named = scenario.includes('/') ? scenario : { id: scenario };
  return sampleReport({ environments, scenarios: [named], cells });
}

/** The findings of a reproduction of one's own. */
const own = (...lines: string[]) =>
  computeFindings(reportOf('locale', ...lines)).map(({ text }) => text);

describe('findings', () => {
  it('are about the implementation where every CPython fails and PyPy passes', () => {
    assert.deepEqual(
      own(
        'glibc 2.31 CPython 3.9 F',
        'glibc 2.36 CPython 3.11 F',
        'glibc 2.41 CPython 3.13 F',
        'musl 1.2.2 CPython 3.9 F',
        'musl 1.2.5 CPython 3.13 F',
        'glibc 2.31 PyPy 3.7 P',
        'glibc 2.41 PyPy 3.11 P',
      ),
      ['Fails with CPython; passes with PyPy.'],
    );
  });

  it('are about a patch level where only that tells, with what was not measured beside it', () => {
    assert.deepEqual(
      own(
        'glibc 2.31 CPython 3.9.2 P',
        'glibc 2.36 CPython 3.11.2 P',
        'glibc 2.41 CPython 3.13.5 F',
        'musl 1.2.5 CPython 3.13.5 F',
        'glibc 2.43 CPython 3.13.15 P',
        'musl 1.2.6 CPython 3.13.15 P',
        'glibc 2.43 CPython 3.14.8 P',
        'glibc 2.43 CPython 3.15.0 P',
      ),
      [
        'Fails with CPython 3.13.5; passes with CPython 3.11.2 and earlier and with CPython 3.13.15 and later. ' +
          'Not measured: CPython between 3.11.2 and 3.13.5, and between 3.13.5 and 3.13.15.',
      ],
    );
  });

  it('prefer one boundary of Python to one for each C library', () => {
    const [text = ''] = own(
      'glibc 2.31 CPython 2.7 F',
      'glibc 2.31 CPython 3.9 F',
      'glibc 2.36 CPython 3.11 F',
      'musl 1.2.2 CPython 3.9 F',
      'musl 1.2.2 CPython 3.11 F',
      'glibc 2.41 CPython 3.13 P',
      'glibc 2.43 CPython 3.14 P',
      'musl 1.2.5 CPython 3.13 P',
    );
    assert.match(
      text,
      /^Fails with CPython 3\.11\.1 and earlier; passes with CPython 3\.13\.1 and later\./,
    );
    assert.doesNotMatch(text, /libc|musl/);
  });

  it('find the release of a C library beside rows that were not able to run the test', () => {
    assert.deepEqual(
      own(
        'glibc 2.31 CPython 3.9 S',
        'musl 1.2.2 CPython 3.9 S',
        'musl 1.2.3 CPython 3.11 E',
        'musl 1.2.5 CPython 3.13 F',
        'musl 1.2.6 CPython 3.13 P',
      ),
      [
        'Fails on musl 1.2.5; passes on musl 1.2.6. No verdict in glibc-2.31/cpython-3.9, ' +
          'musl-1.2.2/cpython-3.9 and musl-1.2.3/cpython-3.11.',
      ],
    );
  });

  it('are about what Python was built against where nothing else differs', () => {
    const report = reportOf(
      'locale',
      'glibc 2.41 CPython 3.13.5 P',
      'glibc 2.41 CPython 3.13.5 F -old',
    );
    const environments = report.environments.map((environment, index) => ({
      ...environment,
      python: {
        ...{ implementation: 'CPython', version: '3.13.5', build: 'GCC' },
        builtAgainst: { name: 'glibc', version: index === 0 ? '2.41' : '2.31' },
      },
    }));
    assert.deepEqual(
      computeFindings({ ...report, environments }).map(({ text }) => text),
      [
        'Fails when built against glibc 2.31; passes when built against glibc 2.41. ' +
          'Not measured: glibc between 2.31 and 2.41.',
      ],
    );
  });

  it('are about a C library alone where that is all', () => {
    assert.deepEqual(
      own(
        'musl 1.2.2 CPython 3.9 F',
        'musl 1.2.5 CPython 3.13 F',
        'musl 1.2.6 PyPy 3.11 F',
        'glibc 2.31 CPython 3.9 P',
        'glibc 2.41 CPython 3.13 P',
        'glibc 2.43 PyPy 3.11 P',
      ),
      ['Fails on musl; passes on glibc.'],
    );
  });

  it('state where a change of the environment is unsafe and where it is safe', () => {
    const report = defaultGroupReport();
    assert.deepEqual(
      computeFindings(report)
        .filter(({ text }) => !text.startsWith('More than'))
        .map(({ scenario, text }) => `${scenario}: ${text}`),
      [
        'add/os.system: Unsafe on glibc 2.36 and earlier and on musl; safe on glibc 2.41 and later. ' +
          'Not measured: glibc between 2.36 and 2.41.',
        'delete/os.system: Unsafe in all 16 environments measured: glibc 2.31 to 2.44, ' +
          'musl 1.2.2 to 1.2.6; CPython 2.7 to 3.15, PyPy 3.6 to 3.11.',
        'overwrite/os.system: Unsafe on musl and with PyPy; safe with CPython on glibc.',
      ],
    );
  });

  it('name every fact that these rows cannot tell apart, and the row that would', () => {
    const report = reportOf(
      'add/os.system',
      'glibc 2.36 CPython 3.11 F',
      'glibc 2.41 CPython 3.13 P',
    );
    const matrix = [
      { id: 'glibc-2.36/cpython-3.11', command: 'matrix run --only one' },
      { id: 'glibc-2.44/cpython-3.11', command: 'matrix run --only other' },
      { id: 'glibc-2.41/cpython-3.11', command: 'matrix run --only glibc-2.41/cpython-3.11' },
    ];
    const [{ text } = { text: '' }] = computeFindings(report, matrix);
    assert.match(text, /These rows fit another rule as well: with CPython 3\.11\./);
    assert.match(text, /`matrix run --only glibc-2\.41\/cpython-3\.11` would tell them apart\.$/);
  });

  it('claim no rule where there is none, and name the closest one with its exceptions', () => {
    const [text = ''] = own(
      ...['2.31 F', '2.32 F', '2.33 F', '2.34 P', '2.35 F', '2.36 F', '2.37 P', '2.38 F'].map(
        (part) => `glibc ${part.replace(' ', ' CPython 3.9 ')}`,
      ),
      ...['1.2.2 F', '1.2.3 P', '1.2.4 F', '1.2.5 P'].map(
        (part) => `musl ${part.replace(' ', ' CPython 3.9 ')}`,
      ),
    );
    assert.match(
      text,
      /^Fails in 8 of 12 environments, by no simple rule\. The closest is on glibc/,
    );
    assert.match(
      text,
      /exceptions: passes in glibc-2\.34\/cpython-3\.9.*; fails in musl-1\.2\.2\/cpython-3\.9/,
    );
  });

  it('take an inconclusive cell for neither side', () => {
    const [text = ''] = own(
      'glibc 2.36 CPython 3.13 F',
      'glibc 2.39 CPython 3.13 I',
      'glibc 2.41 CPython 3.13 P',
    );
    assert.match(text, /Not measured: glibc between 2\.36 and 2\.41\./);
    assert.deepEqual(own('glibc 2.36 CPython 3.13 I'), []);
  });

  it('say that nothing failed, and where', () => {
    assert.deepEqual(
      own('glibc 2.36 CPython 3.13 P', 'musl 1.2.5 PyPy 3.11 P', 'musl 1.2.6 PyPy 3.11 I'),
      [
        'Did not fail in any of the 2 environments measured: glibc 2.36, musl 1.2.5; CPython 3.13, PyPy 3.11. ' +
          'No verdict in musl-1.2.6/pypy-3.11.',
      ],
    );
  });

  it('tell rates apart by the fact that goes with them, where all rows fail', () => {
    const report = reportOf(
      'delete/os.system',
      'glibc 2.31 CPython 3.9 F',
      'glibc 2.41 CPython 3.13 F',
      'musl 1.2.2 CPython 3.9 F',
      'musl 1.2.5 CPython 3.13 F',
    );
    const cells = report.cells.map((cell, index) => ({
      ...cell,
      rate:
        index < 2
          ? { value: 0.6 + index / 100, low: 0.5, high: 0.7 }
          : { value: 0.05, low: 0.03, high: 0.08 },
    }));
    const texts = computeFindings({ ...report, cells }).map(({ text }) => text);
    assert.ok(
      texts.includes('The rate differs: 60 to 61 % of exposed calls on glibc, 5 % elsewhere.'),
      texts.join('\n'),
    );
  });

  it('name both facts that may go with a rate', () => {
    const report = reportOf(
      'delete/os.system',
      'glibc 2.31 CPython 3.9 F',
      'glibc 2.41 CPython 3.13 F',
    );
    const cells = report.cells.map((cell, index) => ({
      ...cell,
      rate:
        index === 0 ? { value: 0.6, low: 0.5, high: 0.7 } : { value: 0.05, low: 0.03, high: 0.08 },
    }));
    const [, text] = computeFindings({ ...report, cells }).map((finding) => finding.text);
    assert.equal(
      text,
      'The rate differs: 60 % of exposed calls on glibc 2.31, 5 % elsewhere. ' +
        'These rows fit another rule as well: with CPython 3.9.1.',
    );
  });

  it('compare package releases within one distribution alone', () => {
    const report = reportOf(
      'locale',
      'glibc 2.39 CPython 3.12 F',
      'glibc 2.39 CPython 3.12 P -b',
      'glibc 2.39 CPython 3.12 P -c',
    );
    const of = (packages: readonly string[], ids: readonly string[]) => {
      const environments = report.environments.map((environment, index) => ({
        ...environment,
        libc: { name: 'glibc' as const, version: '2.39', package: `libc6 ${packages[index]}` },
        distro: { id: ids[index] ?? '', version: '1' },
      }));
      return computeFindings({ ...report, environments })[0]?.text;
    };
    assert.equal(
      of(['2.39-1', '2.39-2', '2.39-3'], ['debian', 'debian', 'debian']),
      "Fails on Debian's glibc 2.39-1; passes on Debian's glibc 2.39-2 and later. " +
        "Not measured: Debian's glibc between 2.39-1 and 2.39-2.",
    );
    assert.equal(
      of(['2.39-0ubuntu8', '2.39-37.el10', '2.39-40.fc'], ['ubuntu', 'rhel', 'fedora']),
      'Fails on Ubuntu; passes on Fedora and on Rhel.',
    );
  });

  it('let what was not measured exclude nothing', () => {
    const report = reportOf(
      'locale',
      'glibc 2.41 CPython 3.13.5 F',
      'glibc 2.41 CPython 3.13.5 P -b',
    );
    const environments = report.environments.map((environment, index) => ({
      ...environment,
      python: {
        ...{ implementation: 'CPython', version: '3.13.5', build: 'GCC' },
        ...(index === 0 && { builtAgainst: { name: 'glibc', version: '2.41' } }),
      },
    }));
    const [finding] = computeFindings({ ...report, environments });
    assert.match(
      finding?.text ?? '',
      /by no simple rule\. It fails in glibc-2\.41\/cpython-3\.13\.5\./,
    );
  });

  it('say that a failing and a passing row have the same facts', () => {
    const [text = ''] = own('glibc 2.41 CPython 3.13.5 F', 'glibc 2.41 CPython 3.13.5 P -b');
    assert.match(
      text,
      /All facts of glibc-2\.41\/cpython-3\.13\.5, which fails, and of .*-b, which/,
    );
  });

  it('are those that a person would write about launchers', () => {
    const rows: readonly string[] = [
      'glibc 2.31 CPython 3.9',
      'glibc 2.31 PyPy 3.7',
      'glibc 2.41 CPython 3.13',
      'glibc 2.41 PyPy 3.11',
      'musl 1.2.2 CPython 3.9',
      'musl 1.2.5 CPython 3.13',
    ];
    const launchers: Readonly<Record<string, string>> = {
      'delete/os.system': 'FFFFFF',
      'delete/subprocess-name': 'PPFPPF',
      'delete/subprocess-path': 'PPPPPF',
      'delete/os.spawnv': 'PPPPPP',
      'delete/subprocess-env-copy': 'FFFFFP',
    };
    const texts = Object.entries(launchers).map(([scenario, verdicts]) => {
      const lines = rows.map((row, index) => `${row} ${verdicts.charAt(index)}`);
      return computeFindings(reportOf(scenario, ...lines))[0]?.text.replace(/ Not measured.*/, '');
    });
    assert.deepEqual(texts, [
      'Unsafe in all 6 environments measured: glibc 2.31 to 2.41, musl 1.2.2 to 1.2.5; ' +
        'CPython 3.9 to 3.13, PyPy 3.7 to 3.11.',
      'Unsafe with CPython 3.13.1; safe with CPython 3.9.1 and with PyPy 3.11.1 and earlier.',
      'Unsafe on musl 1.2.5; safe on glibc and on musl 1.2.2.',
      'Did not fail in any of the 6 environments measured: glibc 2.31 to 2.41, musl 1.2.2 to 1.2.5; ' +
        'CPython 3.9 to 3.13, PyPy 3.7 to 3.11.',
      'Unsafe on glibc and on musl 1.2.2; safe on musl 1.2.5.',
    ]);
  });

  it('do not depend on the order of rows', () => {
    const { environments, scenarios, cells } = defaultGroupReport();
    const backwards = {
      ...{ scenarios, environments: [...environments].reverse(), cells: [...cells].reverse() },
    };
    assert.deepEqual(
      computeFindings(backwards),
      computeFindings({ environments, scenarios, cells }),
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

  it('call what crashed a program where it is a script, of whatever language', () => {
    const report = reportOf('default', 'glibc 2.36 CPython 3.13 F');
    const cells = report.cells.map((cell) => ({ ...cell, symptoms: { crash: 1 } }));
    const texts = computeFindings({ ...report, cells }).map(({ text }) => text);
    assert.equal(texts[1], 'In 1 environment the program crashed.');
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
      'os.system races with add (glibc ≤ 2.36, musl), delete (everywhere) and overwrite (musl, PyPy).',
    );
  });

  it('does not take rows without a verdict for rows that fail', () => {
    const report = defaultGroupReport();
    const [first] = report.environments;
    const cells = report.cells.map((cell) =>
      cell.environment === first?.id ? { ...cell, verdict: 'error' as const } : cell,
    );
    assert.match(headline({ ...report, cells }), /delete \(all 15 with a verdict\)/);
  });

  it('is about the reproduction where that is not about the environment', () => {
    assert.equal(
      headline(reportOf('locale', 'glibc 2.36 CPython 3.13 F', 'musl 1.2.5 CPython 3.9 P')),
      'locale fails (glibc or CPython 3.13.1).',
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
    assert.match(text, /Never failed: subprocess-env-copy\.$/);
  });

  it('says that nothing failed, and that nothing was measured, as different things', () => {
    assert.match(headline(reportOf('locale', 'glibc 2.36 CPython 3.13 P')), /^Did not fail/);
    assert.match(headline(reportOf('locale', 'glibc 2.36 CPython 3.13 I')), /^No cell has/);
  });

  it('counts where the rules have no room', () => {
    const lines = [1, 3, 5, 7, 9].flatMap((n) => [
      `glibc 2.${String(20 + n)} CPython 3.${String(n)} F`,
      `glibc 2.${String(21 + n)} CPython 3.${String(n + 1)} P`,
    ]);
    const text = headline(reportOf('add/os.system', ...lines));
    assert.equal(text, 'os.system races with add (5 of 10 environments).');
  });

  it('names as many columns as it has room for, and says how many more there are', () => {
    const report = reportOf('add/os.system', 'glibc 2.36 CPython 3.13 F');
    const scenarios = Array.from({ length: 14 }, (_, place) => ({
      id: `scenario-${place}`,
      mutation: 'overwrite' as const,
      launcher: 'os.system' as const,
    }));
    const cells = scenarios.flatMap(({ id }) =>
      report.cells.map((cell) => ({ ...cell, scenario: id })),
    );
    assert.equal(
      headline({ environments: report.environments, scenarios, cells }),
      'os.system races with overwrite (the only environment), overwrite (the only environment) ' +
        'and overwrite (the only environment). Also in 11 more columns: see the findings.',
    );
  });

  it('is never longer than two lines', () => {
    const scenario = fc.record({
      id: fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 300 })),
      mutation: fc.constantFrom(undefined, 'add' as const, 'overwrite' as const),
      launcher: fc.constantFrom(undefined, 'os.system' as const, 'subprocess-session' as const),
    });
    const verdict = fc.constantFrom<Verdict>('fail', 'fail', 'pass', 'inconclusive', 'error');
    fc.assert(
      fc.property(
        fc.uniqueArray(scenario, { maxLength: 40, selector: ({ id }) => id }),
        fc.array(fc.tuple(fc.constantFrom('glibc', 'musl'), fc.nat(9), fc.nat(9)), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.infiniteStream(verdict),
        (scenarios, rows, verdicts) => {
          const environments = rows.map(([libc, major, minor], row) =>
            sampleEnvironment(`row-${row}`, `${libc} 2.${major}-1`, `CPython 3.${minor}.1`),
          );
          const cells = environments.flatMap(({ id: environment }) =>
            scenarios.map(({ id }) => ({
              environment,
              scenario: id,
              verdict: verdicts.next().value as Verdict,
            })),
          );
          const text = headline({ environments, scenarios, cells });
          assert.ok(text.length > 0 && text.length <= 200, text);
        },
      ),
    );
  });
});
