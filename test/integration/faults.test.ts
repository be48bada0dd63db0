/**
 * Nothing that fails may read as a pass. Faults are put into real containers, one at a time, in a
 * cell that passes without them; docs/reliability.md has the same list.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import type { Verdict } from '../../src/model.ts';
import type { Cell } from '../../src/report/schema.ts';
import { cannotStartPrivateEngine } from './engine-under-test.ts';
import { FaultyCells, LABEL, type CellChanges, type RowChanges } from './faulty-cells.ts';
import { endProcesses } from '../../src/host/processes.ts';

const MEBIBYTE = 1024 * 1024;

const named = process.env['MATRIX_TEST_ENGINE'] !== undefined;
const skip = named ? false : await cannotStartPrivateEngine();

describe('a fault', { skip }, () => {
  let cells: FaultyCells;
  before(async () => {
    cells = await FaultyCells.open();
  });
  after(() => cells.close());

  function assertCell(cell: Cell, verdict: Verdict, reason: RegExp): void {
    assert.equal(cell.verdict, verdict, JSON.stringify(cell, null, 2));
    assert.match(cell.reason ?? '', reason);
  }

  it('is what all of these cells need, since without one they pass', async () => {
    const cell = await cells.measure('none');
    assert.equal(cell.verdict, 'pass', JSON.stringify(cell, null, 2));
    const row = await cells.measureRow();
    assert.deepEqual(
      row.cells.map(({ verdict }) => verdict),
      ['pass', 'pass'],
      JSON.stringify(row.cells, null, 2),
    );
    // The faults that spoil one line pass on the others.
    assert.equal((await cells.measure('passed-on')).verdict, 'pass');
  });

  /**
   * The title, the fault's name, and the reason of its cell; an error if no verdict is named.
   */
  type Case = readonly [
    what: string,
    fault: string,
    reason: RegExp,
    more?: CellChanges & { readonly verdict?: Verdict },
  ];

  const groups: Readonly<Record<string, readonly Case[]>> = {
    'of the program': [
      ['raises at once', 'raises-at-once', /status 1 and no summary[^]*RuntimeError: at once/],
      ['raises half way', 'raises-half-way', /status 1 and no summary[^]*RuntimeError: half way/],
      [
        'raises just before its summary',
        'raises-before-summary',
        /status 1 and no summary[^]*RuntimeError: just before the summary/,
      ],
      [
        'raises after its summary',
        'fails-after-summary',
        /wrote a summary, then ended with status 1[^]*RuntimeError: after the summary/,
      ],
      ['ends with 0 and says nothing', 'says-nothing', /status 0 and no summary/],
      ['ends with 0 and without a summary', 'leaves-summary-out', /status 0 and no summary/],
      ['ends with 125 without a word', 'exits-125-without-a-word', /status 125 and no summary/],
      ['waits for input', 'waits-for-input', /no summary[^]*EOFError/],
      ['crashes before it has begun', 'aborts-at-once', /status 134 \(SIGABRT\) and no summary/],
      ['kills itself', 'kills-itself', /killed by SIGKILL from an unknown sender/],
      [
        'ignores signals and does not end',
        'ignores-signals',
        /time limit of 3 s/,
        { limits: { timeoutSeconds: 3 } },
      ],
      ['stops before anything is measured', 'stops-early', /ended after .* of .* exposed calls/],
    ],
    'of a limit': [
      ['memory', 'eats-memory', /memory limit/, { limits: { memoryBytes: 128 * MEBIBYTE } }],
      [
        'memory, met by a child alone',
        'child-eats-memory',
        /memory limit/,
        { limits: { memoryBytes: 256 * MEBIBYTE } },
      ],
      ['processes, by a fork bomb', 'bombs', /can't start new thread/, { limits: { pids: 64 } }],
      ['processes, so that no child is left', 'hoards-processes', /limit of processes was reached/],
      ['disk', 'fills-disk', /No space left on device/],
      ['100 MB of output', 'floods-stdout', /more than its output limit/],
      ['100 MB of error output', 'floods-stderr', /more than its output limit/],
      ['a line of 6 MB', 'writes-one-long-line', /A line of output is longer than 65536 bytes/],
      ['one CPU', 'none', /\(cpus\)|a race needs two/, { cpuset: '0' }],
    ],
    'of the bytes': [
      ['output cut in its last line', 'cuts-last-line', /The output ends in the middle of a line/],
      ['a last line without its end', 'leaves-last-newline-out', /in the middle of a line/],
      ['a line cut in the middle of the output', 'cuts-line-in-the-middle', /is not JSON/],
      ['output closed early', 'closes-stdout', /status 0 and no summary/],
      ['invalid UTF-8', 'writes-other-bytes-than-utf8', /is not UTF-8/],
      ['NUL bytes', 'writes-nul', /is not JSON: "\\u0000\\u0000\\u0000"/],
      ['a NUL byte in a string', 'writes-nul-in-a-string', /is not JSON/],
      ['terminal escapes', 'writes-terminal-escapes', /is not JSON: "\\u001b\[2J/],
    ],
    'of what it says': [
      ['denies a failure', 'denies-failure', /has 1 failure line, but the summary counts 0/],
      ['invents failures', 'invents-failures', /counts 3 failures, but there is no failure line/],
      [
        'has more exposed calls than calls',
        'exposes-more-than-it-calls',
        /exposed calls among 10 c/,
      ],
      ['exposes calls to nothing', 'exposes-to-nothing', /exposed calls and no mutation/],
      [
        'exposes no call',
        'exposes-nothing',
        /only 0 exposed calls.* as high as 100 %/i,
        { verdict: 'inconclusive', rule: { budgetSeconds: 0.5 } },
      ],
      ['counts NaN', 'counts-nan', /is not JSON/],
      ['counts infinity', 'counts-infinity', /exposed: .* received Infinity/],
      ['names an unknown symptom', 'names-unknown-symptom', /Unrecognized key: "bad-luck"/],
      ['says a thing twice in a line', 'says-everything-twice', /has the key "failures" twice/],
      ['sums up twice', 'sums-up-twice', /A summary line comes after the summary/],
      ['goes on after its summary', 'goes-on-after-summary', /A failure line comes after the summ/],
      [
        'measures another scenario',
        'measures-something-else',
        /the trial reports none\/os\.system/,
      ],
      ['speaks another contract', 'speaks-another-contract', /contract: Invalid input: expected 1/],
    ],
    'of what wants to get out': [
      [
        'the network',
        'tries-the-network',
        /status 1 and no summary[^]*refused: a name server: Network is unreachable/,
      ],
      ['the rest of the disk', 'writes-outside', /refused: \/x: Read-only file system[^]*setuid/],
      ['the engine', 'looks-for-the-engine', /refused: \/run\/docker\.sock: No such file/],
    ],
    'of the surroundings': [
      ['a clock that jumps forward', 'clock-jumps-forward', /a clock jumped/],
      ['a clock that jumps back', 'clock-jumps-back', /a clock jumped/],
      ['a clock that stands still', 'clock-stands-still', /its clock stands still/],
      ['no new threads (seccomp)', 'seccomp-refuses-clone3', /can't start new thread/],
      ['no new programs (seccomp)', 'seccomp-refuses-execve', /failed while nothing changed/],
      ['a silent `timeout` (seccomp)', 'seccomp-stops-timeout', /status 125 and no summary/],
      ['no such interpreter', 'none', /did not start.*python9/, { command: 'python9' }],
      ['no such image', 'none', /did not start.*[Nn]o such image/, { image: 'race-matrix/gone:1' }],
    ],
  };

  for (const [group, cases] of Object.entries(groups)) {
    // Two at a time, since half of a trial's time is its container's start; no verdict depends on it.
    describe(group, { concurrency: 2 }, () => {
      for (const [what, fault, reason, more = {}] of cases) {
        it(`${what} is no pass`, async () => {
          assertCell(await cells.measure(fault, more), more.verdict ?? 'error', reason);
        });
      }
    });
  }

  it('of the limit of processes, reached by some of the calls alone, is also an error of the control', async () => {
    const row = await cells.measureRow({ limits: { pids: 14 } });
    assert.equal(row.cells.length, 2);
    for (const cell of row.cells)
      assertCell(cell, 'error', /the limit of processes was reached: \d+ /);
  });

  describe('of the image', () => {
    const inAllCells: readonly (readonly [string, RowChanges, RegExp])[] = [
      [
        'lacks a module that the reproduction needs',
        { recipe: 'argparse-missing' },
        /No module named 'argparse'/,
      ],
      ['lacks its interpreter', { command: 'python9' }, /probe of the image.*python9/],
      ['has a shell that always fails', { recipe: 'shell-fails' }, /\/bin\/sh does not work/],
      ['has a shell that does nothing', { recipe: 'shell-lies' }, /\/bin\/sh does not work/],
      ['lacks strace', { recipe: 'strace-missing' }, /Strace cannot be started/],
      [
        'has an strace that may not trace',
        { recipe: 'strace-refused' },
        /Strace cannot trace here: .*Operation not permitted/,
      ],
      ['does not know its C library', { recipe: 'libc-unowned' }, /no package of this image owns/],
    ];
    for (const [what, changes, reason] of inAllCells) {
      it(`that ${what} makes errors of all of its cells`, async () => {
        const row = await cells.measureRow(changes);
        assert.equal(row.cells.length, 2);
        for (const cell of row.cells) assertCell(cell, 'error', reason);
      });
    }

    const dirty: readonly (readonly [string, RowChanges])[] = [
      ['a shell that fails in each trial', { recipe: 'shell-fails-in-trials' }],
      ['an interpreter that crashes in each trial', { fault: 'aborts-half-way' }],
    ];
    for (const [what, changes] of dirty) {
      it(`with ${what} has a dirty control, so that nothing follows from its cells`, async () => {
        const [control, cell] = (await cells.measureRow(changes)).cells;
        assert.equal(control?.verdict, 'fail', JSON.stringify(control));
        assert.ok(cell);
        assertCell(cell, 'error', /The control did not pass.*failed without any change/);
      });
    }
  });

  describe('from outside', () => {
    type Deed = (container: { id: string }) => Promise<unknown>;

    /** Measures a cell and does something to its container as soon as it has written `word`. */
    async function meanwhile(
      fault: string,
      word: string,
      deed: Deed,
      more: CellChanges = {},
    ): Promise<Cell> {
      const heard = new PassThrough();
      let printed = '';
      const measured = cells.measure(fault, {
        ...more,
        onStdout: (chunk) => {
          printed += chunk.toString('latin1');
          if (printed.includes(word) && !heard.writableEnded) heard.end('!');
        },
      });
      await once(heard, 'data');
      const [container] = await cells.engine.containers(LABEL);
      assert.ok(container, 'the container that writes');
      await deed(container);
      return measured;
    }

    const docker = (id: string) => cells.somebodyElse().getContainer(id);
    const deeds: readonly (readonly [string, Deed, RegExp])[] = [
      [
        'killed',
        ({ id }) => docker(id).kill({ signal: 'SIGKILL' }),
        /Another client of the engine sent the container signal 9/,
      ],
      [
        'asked to end',
        ({ id }) => docker(id).kill({ signal: 'SIGTERM' }),
        /Another client of the engine sent the container signal 15/,
      ],
      [
        'removed',
        ({ id }) => docker(id).remove({ force: true }),
        /removed by another process|signal/,
      ],
    ];
    for (const [what, deed, reason] of deeds) {
      for (const [when, fault, word] of [
        ['half way', 'stays-half-way', '"progress"'],
        ['after a perfect summary', 'stays', '"summary"'],
      ] as const) {
        it(`a container that is ${what} ${when} is no pass`, async () => {
          assertCell(await meanwhile(fault, word, deed), 'error', reason);
        });
      }
    }

    it('a container that another client froze is an error that says so', async () => {
      const cell = await meanwhile('stays-half-way', '"progress"', ({ id }) => docker(id).pause(), {
        limits: { timeoutSeconds: 3 },
      });
      assertCell(cell, 'error', /paused the container/);
      assert.deepEqual(await cells.engine.containers(LABEL), []);
    });

    it('an engine that is killed is no pass, and the next one continues', async (t) => {
      const argument = cells.privateEngineArgument();
      if (argument === undefined) {
        t.skip('somebody else’s engine is not for us to kill');
        return;
      }
      const cell = await meanwhile('stays', '"summary"', () => endProcesses(argument, 0));
      assertCell(cell, 'error', /[Tt]he engine failed/);
      await cells.reopen();
      assert.deepEqual(await cells.engine.containers(LABEL), []);
      assert.equal((await cells.measure('none')).verdict, 'pass');
    });
  });
});
