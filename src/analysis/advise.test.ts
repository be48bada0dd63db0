import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Verdict } from '../model.ts';
import { renderAdviceTerminal } from '../formats/terminal/advice.ts';
import { adviceInWords, adviceTable, adviceText, adviceOf } from './advise.ts';
import {
  sampleEnvironment,
  sampleReport,
  verdictReport,
} from '../../test/support/sample-report.ts';

/** Verdicts of environments a, b, … for each scenario; a blank leaves the cell out. */
function reportOf(scenarios: Readonly<Record<string, readonly (Verdict | '')[]>>) {
  const width = Math.max(...Object.values(scenarios).map((verdicts) => verdicts.length));
  const environments = Array.from({ length: width }, (_, index) => ({
    id: String.fromCodePoint(0x61 + index),
  }));
  return sampleReport({
    environments,
    scenarios: Object.keys(scenarios),
    cells: Object.entries(scenarios).flatMap(([scenario, verdicts]) =>
      verdicts.flatMap((verdict, index) =>
        verdict === '' ? [] : [{ environment: environments[index]?.id ?? '', scenario, verdict }],
      ),
    ),
  });
}

describe('advice', () => {
  it('calls a launcher safe only where everything that was tried passed', () => {
    const advice = adviceOf(
      reportOf({
        'none/os.system': ['pass', 'pass'],
        'add/os.system': ['pass', 'fail'],
        'add/os.popen': ['pass', 'skipped'],
        'add/os.spawnv': ['pass', 'inconclusive'],
        'delete/os.popen': ['pass', ''],
        'churn/os.popen': ['skipped', 'skipped'],
      }),
    );
    assert.deepEqual(
      advice.map(({ scenario, standing }) => [scenario, standing]),
      [
        ['add/os.system', 'unsafe'],
        ['add/os.popen', 'safe'],
        ['add/os.spawnv', 'unknown'],
        ['delete/os.popen', 'unknown'],
        ['churn/os.popen', 'untried'],
      ],
    );
  });

  it('names the environments', () => {
    const [advice] = adviceOf(reportOf({ 'add/os.system': ['fail', 'pass', 'error', 'skipped'] }));
    assert.deepEqual(
      [advice?.unsafe, advice?.safe, advice?.undecided, advice?.skipped],
      [['a'], ['b'], ['c'], ['d']],
    );
  });

  it('can be asked about some environments only', () => {
    const report = reportOf({ 'add/os.system': ['fail', 'pass'] });
    assert.equal(adviceOf(report, (id) => id === 'b')[0]?.standing, 'safe');
  });

  it('names what was safe against everything, on a terminal of any width', () => {
    const report = reportOf({
      'add/os.system': ['fail'],
      'delete/os.system': ['pass'],
      'add/os.spawnv': ['pass'],
      'delete/os.spawnv': ['skipped'],
      'add/os.popen': ['inconclusive'],
    });
    const advice = adviceOf(report);
    for (const width of [20, 200]) {
      const text = renderAdviceTerminal(advice, report.environments, width);
      assert.match(
        text.replaceAll(/\s+/g, ' '),
        /every change that was tried in 1 measured environment: os\.spawnv\. $/,
      );
      assert.match(text, /✗ 1 of 1 fail/);
    }
  });

  it('counts only environments with a verdict, and claims no failure that was not seen', () => {
    const words = (...verdicts: readonly Verdict[]) => {
      const report = reportOf({ 'add/os.spawnv': verdicts });
      return adviceInWords(adviceOf(report), report.environments).recommendation;
    };
    assert.match(words('pass', 'skipped'), /in 1 measured environment: os\.spawnv\./);
    assert.match(
      words('pass', 'inconclusive'),
      /^No launcher was shown to be safe .* in 1 measured/,
    );
    assert.match(words('fail', 'skipped'), /^No launcher was safe .* in 1 measured environment\./);
  });

  it('says in a sentence for each launcher against what it was safe, against what not and where', () => {
    const report = reportOf({
      'add/os.system': ['pass', 'pass'],
      'delete/os.system': ['fail', 'pass'],
      'churn/os.system': ['fail', 'fail'],
      'add/os.popen': ['skipped', 'inconclusive'],
      'add/os.spawnv': ['pass', 'pass'],
    });
    assert.deepEqual(
      adviceInWords(adviceOf(report), report.environments).launchers.map(({ launcher, text }) => [
        launcher,
        text,
      ]),
      [
        ['os.spawnv', 'safe against add in 2 environments.'],
        ['os.popen', 'no verdict against add in 1 of 1 (b).'],
        [
          'os.system',
          'safe against add in 2 environments; not safe against delete in 1 of 2 (a); ' +
            'not safe against churn in all 2 environments.',
        ],
      ],
    );
  });

  it('names the rule of the unsafe environments, once for all changes that have it', () => {
    const environments = [
      sampleEnvironment('a', 'glibc 2.41-1', 'CPython 3.13.5'),
      sampleEnvironment('b', 'musl 1.2.5-1', 'CPython 3.13.5'),
      sampleEnvironment('c', 'musl 1.2.6-1', 'CPython 3.13.5'),
    ];
    const verdicts = {
      'add/os.system': ['pass', 'fail', 'fail'],
      'delete/os.system': ['pass', 'fail', 'fail'],
      'overwrite/os.system': ['pass', 'error', 'pass'],
    } as const;
    const report = verdictReport(environments, verdicts);
    const texts = (includes?: (id: string) => boolean) =>
      adviceInWords(adviceOf(report, includes), environments).launchers.map(({ text }) => text);
    assert.deepEqual(texts(), [
      'not safe against add and delete on musl (2 of 3); ' +
        'no verdict against overwrite in 1 of 3 (CPython 3.13.5 on musl 1.2.5), safe in the others.',
    ]);
    // Of the rows that are asked for, every one fails.
    assert.match(texts((id) => id !== 'a')[0] ?? '', /add and delete in all 2 environments/);
  });

  it('comes as a table with the safest launchers first', () => {
    const table = adviceTable(
      adviceOf(
        reportOf({
          'add/os.system': ['fail', 'fail'],
          'delete/os.system': ['fail', 'fail'],
          'add/os.popen': ['fail', 'pass'],
          'add/os.spawnv': ['pass', 'pass'],
        }),
      ),
    );
    assert.deepEqual(table.columns, ['add', 'delete']);
    assert.deepEqual(
      table.rows.map(({ launcher, cells }) => [launcher, ...cells.map(adviceText)]),
      [
        ['os.spawnv', '✓ 2 of 2 safe', '– not tried'],
        ['os.popen', '✗ 1 of 2 fail', '– not tried'],
        ['os.system', '✗ 2 of 2 fail', '✗ 2 of 2 fail'],
      ],
    );
  });
});
