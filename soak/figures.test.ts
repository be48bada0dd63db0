import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Figures } from './figures.ts';

/** The cells of a line of the table, by its first one. */
function line(figures: Figures, what: string): string {
  const found = new RegExp(`^\\| ${what} \\| (.*) \\|$`, 'm').exec(figures.text());
  return found?.[1] ?? assert.fail(figures.text());
}

describe('the figures of a soak', () => {
  it('are a table that can be put into a page', () => {
    const figures = new Figures(7);
    figures.rounds = 2;
    for (const verdict of ['pass', 'fail', 'pass']) figures.verdict(verdict);
    figures.disturbance('the engine killed');
    figures.graceful(1);
    figures.graceful(0.25);
    figures.graceful(5.5);
    const lines = figures.text().split('\n');
    assert.equal(lines[1], '| --- | --- |');
    for (const text of lines) assert.match(text, /^\| [^|]* \| [^|]+ \|$/);
    assert.equal(line(figures, 'cells reported'), '3: 2 × pass, 1 × fail');
    assert.equal(
      line(figures, 'from a first signal to the end'),
      '1 s in the median of 3, 5.5 s at most; 1 took longer than 5 s',
    );
    assert.match(line(figures, 'wrong'), /^nothing: /);
  });

  it('do not say how long something took that was not measured', () => {
    const figures = new Figures(7);
    assert.match(line(figures, 'from a first signal to the end'), /^not measured/);
    assert.equal(line(figures, 'done to them'), 'none');
    assert.deepEqual(figures.summary().gracefulSeconds, { count: 0, late: 0 });
  });

  it('say everything that was wrong, in the same table', () => {
    const figures = new Figures(7);
    figures.wrong('round 1: status 1:\n  a | b');
    figures.wrong('lost: a/b');
    assert.equal(line(figures, 'wrong'), 'round 1: status 1: a \\| b<br>lost: a/b');
  });
});
