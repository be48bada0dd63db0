/** The report of a reproduction that is not about the environment. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { computeFindings } from '../analysis/findings.ts';
import { headline } from '../analysis/headline.ts';
import { render } from '../app/render.ts';
import { renderMarkdown } from './markdown/markdown.ts';
import { judgeSensitivity } from '../analysis/sensitivity.ts';
import { sampleReport, scriptReport } from '../../test/support/sample-report.ts';

describe('a report of someone’s own reproduction', () => {
  const report = scriptReport();

  it('speaks of its scenarios, and of no launcher and no environment variable', () => {
    assert.equal(headline(report), 'busy fails (glibc 2.31, or 2 other explanations).');
    const markdown = renderMarkdown(sampleReport(report));
    assert.match(markdown, /^# Where the reproduction shows its bug\n/);
    assert.doesNotMatch(markdown, /starting a child|launcher/);
    assert.doesNotMatch(render('html', report), /starting a child/);
  });

  it('has no finding about a control that passed', () => {
    assert.deepEqual(
      new Set(computeFindings(report).map(({ scenario }) => scenario)),
      new Set(['busy']),
    );
  });

  it('does not take the pass of a control for a sign that the host sees the bug', () => {
    const passing = report.cells.filter(({ verdict }) => verdict === 'pass');
    const { cells, warnings } = judgeSensitivity(
      passing.map((cell) => ({
        ...cell,
        expected: cell.scenario === 'busy' ? ('fail' as const) : null,
      })),
      report.scenarios,
      { cpus: 2 },
    );
    assert.equal(warnings.length, 1);
    for (const { scenario, verdict } of cells) {
      assert.equal(verdict, scenario === 'busy' ? 'inconclusive' : 'pass');
    }
  });
});
