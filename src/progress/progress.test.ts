import { FACTS } from '../../test/support/scripted-engine.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EnvironmentFacts } from '../model.ts';
import type { Cell } from '../report/schema.ts';
import type { RunEvent } from '../run/events.ts';
import { describeEvent } from './describe-event.ts';
import { durationText } from '../text/duration.ts';
import { liveBlock, statusLine } from './live-block.ts';
import { showProgress } from './show.ts';
import { advance, estimate, initialProgress, type ProgressState } from './state.ts';

const cell: Cell = {
  environment: 'debian-12/cpython-3.11',
  scenario: 'add/os.system',
  verdict: 'fail',
  expected: 'fail',
  symptoms: { 'spawn-error': 3 },
  trials: 1,
  calls: 100,
  exposed: 90,
  failures: 3,
  rate: { value: 1 / 30, low: 0.01, high: 0.1 },
  seconds: 0.7,
  evidence: [],
  rerun: '',
};

const started: RunEvent = {
  type: 'run-started',
  id: 'r1',
  engine: 'docker 20.10',
  environments: 1,
  cells: 4,
};

function after(...events: readonly (readonly [number, RunEvent])[]): ProgressState {
  return events.reduce((state, [now, event]) => advance(state, event, now), initialProgress(0));
}

describe('durations', () => {
  it('read at a glance', () => {
    assert.deepEqual([0, 4.4, 59.6, 200, 3600, 3900].map(durationText), [
      '0 s',
      '4 s',
      '1 min',
      '3 min 20 s',
      '1 h 0 min',
      '1 h 5 min',
    ]);
  });
});

describe('the live block', () => {
  it('shows what builds, what is measured, what is done, and no estimate before there is a pace', () => {
    const state = after(
      [0, started],
      [1, { type: 'image-started', image: 'base debian-12' }],
      [2, { type: 'image-line', image: 'base debian-12', line: 'I: running apt-get update...' }],
      [
        3,
        { type: 'cell-started', environment: 'debian-12/cpython-3.11', scenario: 'none/os.system' },
      ],
    );
    const block = liveBlock(state, 11, 100);
    assert.match(block, /building base debian-12 \(10 s\) {2}I: running apt-get update/);
    assert.match(block, /measuring debian-12\/cpython-3\.11 {2}none\/os\.system/);
    assert.match(block, /0\/4 cells.*no estimate yet/);
  });

  it('estimates by the pace so far, and drops what has ended', () => {
    const state = after(
      [0, started],
      [1, { type: 'image-started', image: 'base debian-12' }],
      [
        9,
        {
          type: 'image-finished',
          image: 'base debian-12',
          outcome: 'ready',
          built: true,
          seconds: 8,
        },
      ],
      [
        10,
        { type: 'cell-started', environment: 'debian-12/cpython-3.11', scenario: 'add/os.system' },
      ],
      [20, { type: 'cell-finished', cell }],
    );
    assert.equal(estimate(state, 20), 60);
    const block = liveBlock(state, 20, 100);
    assert.doesNotMatch(block, /building|measuring/);
    assert.match(block, /1\/4 cells · 1 fail · 1 image built, 0 cached · 20 s · about 1 min left/);
  });

  it('counts no image that failed, is unavailable or was cancelled', () => {
    const image = { type: 'image-finished', image: 'base debian-12', seconds: 1 } as const;
    const state = after(
      [0, started],
      [1, { ...image, outcome: 'ready', built: false }],
      [2, { ...image, outcome: 'failed', built: false }],
      [3, { ...image, outcome: 'unavailable', built: false }],
      [4, { ...image, outcome: 'cancelled', built: false }],
    );
    assert.match(statusLine(state, 5), / · 0 images built, 1 cached · /);
  });

  it('fits the terminal and shows a hostile line as what it is', () => {
    const state = after(
      [0, started],
      [1, { type: 'image-started', image: 'base debian-12' }],
      [2, { type: 'image-line', image: 'base debian-12', line: `\u001b[2J${'x'.repeat(500)}` }],
    );
    for (const line of liveBlock(state, 3, 60).split('\n')) {
      assert.ok(line.length < 60);
      assert.ok(!line.includes('\u001b'));
    }
  });
});

describe('the log', () => {
  it('says each minute how far the run is and what is being built, until it is stopped', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) };
    const display = showProgress(stream as unknown as NodeJS.WriteStream, false);
    t.mock.timers.tick(60_000);
    assert.deepEqual(written, []);
    display.emit(started);
    display.emit({ type: 'image-started', image: 'base debian-12' });
    written.length = 0;
    t.mock.timers.tick(59_000);
    assert.deepEqual(written, []);
    t.mock.timers.tick(1_000);
    assert.equal(written.length, 1);
    assert.match(written.join(''), /^0\/4 cells · 0 images built, 0 cached · .*no estimate yet · /);
    assert.match(written.join(''), / · building base debian-12 \(.*\)\n$/);
    display.stop();
    t.mock.timers.tick(600_000);
    assert.equal(written.length, 1);
  });

  it('has no word of building where nothing is built', () => {
    assert.equal(
      statusLine(after([0, started]), 90),
      '0/4 cells · 0 images built, 0 cached · 1 min 30 s · no estimate yet',
    );
  });

  it('has a line for each cell, with its verdict and its reason', () => {
    assert.match(
      describeEvent({ type: 'cell-finished', cell }) ?? '',
      /add\/os\.system {2}✗s 3\/90/,
    );
    const error: RunEvent = {
      type: 'cell-finished',
      cell: { ...cell, verdict: 'error', reason: 'no summary\nTraceback' },
    };
    assert.match(describeEvent(error) ?? '', /\(no summary\)$/);
  });

  it('has no line for what only a live block needs', () => {
    assert.equal(describeEvent({ type: 'image-line', image: 'x', line: 'y' }), undefined);
  });

  it('shows the facts of an image on one line, whatever it states', () => {
    const facts: EnvironmentFacts = {
      ...FACTS,
      libc: { ...FACTS.libc, package: 'libc6 \u001b[2J\n2.36-9' },
    };
    const line = describeEvent({ type: 'environment-probed', environment: 'a/b', facts }) ?? '';
    assert.match(line, /^a\/b: CPython 3\.11\.2, glibc 2\.36 \(libc6 .*2\.36-9\)$/);
    assert.doesNotMatch(line, /\p{Cc}/u);
  });

  it('gives no reason for an image that was cancelled, which has none', () => {
    const image = { image: 'base debian-14', built: false, seconds: 1 } as const;
    assert.equal(
      describeEvent({ type: 'image-finished', outcome: 'cancelled', ...image }),
      'cancelled: base debian-14',
    );
  });

  it('says of an image that failed what the first line of its reason is', () => {
    const event: RunEvent = {
      type: 'image-finished',
      image: 'base debian-14',
      outcome: 'unavailable',
      built: false,
      seconds: 1,
      reason: 'the Debian archive does not serve forky',
    };
    assert.equal(
      describeEvent(event),
      'unavailable: base debian-14: the Debian archive does not serve forky',
    );
  });
});
