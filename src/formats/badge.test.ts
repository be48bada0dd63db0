import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from 'xmlbuilder2';
import type { Verdict } from '../model.ts';
import { renderBadgeJson, renderBadgeSvg } from './badge.ts';
import { sampleReport } from '../../test/support/sample-report.ts';

function reportOf(...cells: [verdict: Verdict, expected: Verdict | null][]) {
  return sampleReport({
    environments: [{ id: 'e' }],
    scenarios: cells.map((_, index) => ({ id: `s${index}` })),
    cells: cells.map(([verdict, expected], index) => ({
      environment: 'e',
      scenario: `s${index}`,
      verdict,
      expected,
    })),
  });
}

const badgeOf = (...cells: [Verdict, Verdict | null][]) =>
  JSON.parse(renderBadgeJson(reportOf(...cells))) as Record<string, unknown>;

describe('the badge', () => {
  it('has the keys that the endpoint format asks for', () => {
    assert.deepEqual(badgeOf(['fail', 'fail'], ['pass', 'pass']), {
      schemaVersion: 1,
      label: 'spawn race',
      message: '1 of 2 fail',
      color: 'blue',
      isError: false,
    });
  });

  it('turns red only for an unexpected verdict', () => {
    const badge = badgeOf(['fail', 'pass'], ['error', 'pass']);
    assert.equal(badge['color'], 'red');
    assert.equal(badge['message'], '1 of 1 fail, 1 unexpected, 1 inconclusive or not measured');
  });

  it('is yellow if a cell is inconclusive', () => {
    assert.equal(badgeOf(['pass', null], ['inconclusive', null])['color'], 'yellow');
    assert.equal(badgeOf()['message'], 'nothing measured');
  });

  it('is a picture that says the same in words', () => {
    const svg = renderBadgeSvg(reportOf(['fail', 'fail']));
    const root = create(svg).root().toObject() as { svg: Record<string, unknown> };
    assert.equal(root.svg['@aria-label'], 'spawn race: 1 of 1 fail');
    assert.equal(root.svg['title'], 'spawn race: 1 of 1 fail');
  });
});
