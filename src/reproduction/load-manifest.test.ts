import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { positionOf } from '../yaml-file/diagnostic.ts';
import { loadManifest } from './load-manifest.ts';
import type { Manifest } from './manifest.ts';
import { PLAIN_PROTOCOL } from './plain-manifest.ts';

function loaded(text: string): Manifest {
  const result = loadManifest(text, 'reproduction.yaml');
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.error, null, 2));
  return result.value;
}

/** Each mistake as `line:column message`. */
function mistakes(text: string): readonly string[] {
  const result = loadManifest(text, 'reproduction.yaml');
  if (result.ok) return [];
  return result.error.map(({ range, message }) => {
    if (!range) return message;
    const { line, column } = positionOf(text, range.start);
    return `${line}:${column} ${message}`;
  });
}

describe('loadManifest', () => {
  it('takes an empty file for none at all: the exit status of run.sh, once', () => {
    for (const text of ['', '# nothing yet\n', '{}\n']) {
      const manifest = loaded(text);
      assert.deepEqual(manifest.protocol, PLAIN_PROTOCOL);
      assert.deepEqual(manifest.scenarios, [{ id: 'default', args: [] }]);
    }
  });

  it('reads patterns, one or a list of them', () => {
    const { protocol } = loaded("reproduced: '^FAIL'\ncompleted: [done, '\\d+ tests']\n");
    assert.ok(protocol.type === 'script');
    const lines = ['FAIL: it', 'no FAIL'];
    assert.deepEqual(
      protocol.reproduced.map(({ isIn }) => lines.map(isIn)),
      [[true, false]],
    );
    assert.equal(protocol.completed.length, 2);
  });

  it('reads how a script is judged and run', () => {
    const { protocol } = loaded(
      "reproduced: x\nskipped: '^SKIP'\nbadStatus: [3, 4]\ngoodStatus: 1\nhang: reproduced\nstdin: tty\nisolation: container\nemulation: fine\n",
    );
    assert.ok(protocol.type === 'script');
    const { badStatus, goodStatus, hang, stdin, isolation, emulation, completed, skipped } =
      protocol;
    assert.deepEqual(
      { badStatus, goodStatus, hang, stdin, isolation, emulation },
      {
        badStatus: [3, 4],
        goodStatus: [1],
        hang: 'reproduced',
        stdin: 'tty',
        isolation: 'container',
        emulation: 'fine',
      },
    );
    assert.equal(completed.length, 0);
    assert.equal(skipped.length, 1);
  });

  it('leaves the scenarios of the trial contract to the matrix', () => {
    const manifest = loaded('contract: 1\nevidence: strace\n');
    assert.equal(manifest.protocol.type, 'contract');
    assert.equal(manifest.scenarios, null);
    assert.equal(manifest.strace, true);
  });

  it('names what launchers do underneath, for the heads of columns', () => {
    const manifest = loaded('contract: 1\nmechanisms: { os.spawnv: fork+exec }\n');
    assert.deepEqual(manifest.mechanisms, { 'os.spawnv': 'fork+exec' });
  });

  it('reads this repository’s own manifest and that of its example', async () => {
    const root = new URL('../../', import.meta.url);
    for (const [path, type] of [
      ['reproduction/reproduction.yaml', 'contract'],
      ['examples/fork-with-threads/reproduction/reproduction.yaml', 'script'],
    ] as const) {
      assert.equal(loaded(await readFile(new URL(path, root), 'utf8')).protocol.type, type);
    }
  });

  it('gives each scenario the control that it names, or the one for all', () => {
    const { scenarios } = loaded(
      [
        'scenarios:',
        '  - { id: quiet, control: true }',
        '  - { id: busy, arguments: [--busy] }',
        '  - { id: other/quiet }',
        '  - { id: other/busy, control: other/quiet }',
      ].join('\n'),
    );
    assert.deepEqual(scenarios, [
      { id: 'quiet', args: [], role: 'control' },
      { id: 'busy', args: ['--busy'], control: 'quiet' },
      { id: 'other/quiet', args: [], role: 'control' },
      { id: 'other/busy', args: [], control: 'other/quiet' },
    ]);
  });

  it('says which scenarios need a program', () => {
    const { programs } = loaded(
      'scenarios: [{ id: a/c }, { id: a/sh }]\nprograms: [{ source: x.c, scenarios: c }, { source: y.c }]\n',
    );
    assert.deepEqual(
      programs.map(({ source, isNeededBy }) => [source, isNeededBy('a/c'), isNeededBy('a/sh')]),
      [
        ['x.c', true, false],
        ['y.c', true, true],
      ],
    );
  });

  it('finds every mistake, with its line', () => {
    const cases: readonly [string, readonly string[]][] = [
      ['badStatus: 256\n', ['1:12 `256` is more than 255']],
      ['badStatus: [1, 2]\ngoodStatus: 2\n', ['1:12 status 2 cannot be both bad and good']],
      ['badStatus: 0\n', ['1:12 status 0 is good unless another status is named as good']],
      [
        'contract: 1\nskipped: x\nhang: reproduced\nstdin: tty\nisolation: container\nemulation: fine\ngoodStatus: 1\n',
        ['skipped', 'hang', 'stdin', 'isolation', 'emulation', 'goodStatus'].map(
          (key, index) =>
            `${index + 2}:1 \`${key}\` has no effect together with the trial contract`,
        ),
      ],
      [
        'contract: 1\nreproduced: x\n',
        ['2:1 `reproduced` has no effect together with the trial contract'],
      ],
      ['contract: 2\n', ['1:11 `2` is not allowed here']],
      ['reproducd: x\n', ['1:1 unknown key `reproducd`']],
      [
        "reproduced: '('\ncompleted: x\n",
        [
          '1:13 `(` is not a regular expression of RE2: error parsing regexp: missing closing ): `(`',
        ],
      ],
      [
        "reproduced: '(?=a)b'\ncompleted: ['x*']\n",
        [
          '1:13 `(?=a)b` is not a regular expression of RE2: error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
          '2:13 `x*` matches an empty line, so it would match every output',
        ],
      ],
      ['scenarios: [{ id: a }, { id: a }]\n', ['1:30 the scenario `a` exists already']],
      ['scenarios: [{ id: a, control: b }]\n', ['1:31 there is no scenario `b`']],
      ['scenarios: [{ id: a, control: a }]\n', ['1:31 `a` is its own control']],
      [
        'scenarios: [{ id: a, control: 7 }]\n',
        ['1:31 `7` is neither `true` nor the id of another scenario'],
      ],
      [
        'scenarios: [{ id: a }, { id: b, control: a }, { id: c, control: b }]\n',
        ['1:42 `b` is the control of another scenario and cannot have one itself'],
      ],
      [
        'scenarios: [{ id: a, control: true }, { id: b, control: true }]\n',
        ['1:57 another scenario has `control: true`'],
      ],
      [
        'scenarios: [{ id: a, arguments: [5] }]\n',
        ['1:34 this entry must be text, but is the number `5`'],
      ],
      [
        'scenarios: [{ id: -x }]\n',
        ['1:19 `-x` is not an id made of letters, digits, `_`, `.`, `+`, `-` and `/`'],
      ],
      ['packages: [--force]\n', ['1:12 `--force` is not the name of a Debian package']],
      [
        'programs: [{ source: ../x.c }]\n',
        ['1:22 `../x.c` is not the name of a C source in this folder'],
      ],
      ['programs: [{ source: x.c, scenarios: c }]\n', ['1:38 no scenario of this file matches']],
      [
        'mechanisms: { os.spawnv: fork }\n',
        ['1:1 `mechanisms` names launchers, which only the trial contract has'],
      ],
      [
        'evidence: strace\n',
        ['1:11 `strace` is only for reproductions that use the trial contract'],
      ],
      [
        'contract: 1\nevidence: x\n',
        ['2:11 with the trial contract, `evidence` can only be `strace`'],
      ],
      [
        'trial: { threads: 4 }\n',
        ['1:10 `threads` has no effect on a run.sh without the trial contract'],
      ],
    ];
    for (const [text, expected] of cases) assert.deepEqual(mistakes(text), expected, text);
  });

  it('never throws, whatever the text is, and never gives a manifest that cannot be run', () => {
    const words = fc.constantFrom(
      ...['contract', 'reproduced', 'completed', 'evidence', 'scenarios', 'packages', 'programs'],
      ...['id', 'arguments', 'control', 'source', 'verdict', 'trial', 'budget', 'timeout'],
      ...['strace', 'a', '(', '(a*)*b', '\\d', '1s', 'x.c', '<<', '__proto__', 'constructor'],
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 1, 0.5, '', []),
        words,
        fc.string(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(words, tie('any'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).any;
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      value.map((any) => stringify(any)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const result = loadManifest(text, 'x.yaml');
        if (!result.ok) {
          assert.ok(result.error.length > 0);
          return;
        }
        const { scenarios, protocol } = result.value;
        if (protocol.type !== 'contract') assert.ok(scenarios && scenarios.length > 0);
        const ids = new Set(scenarios?.map(({ id }) => id));
        assert.equal(ids.size, scenarios?.length ?? 0);
        for (const { control } of scenarios ?? []) assert.ok(!control || ids.has(control));
      }),
      { numRuns: 500 },
    );
  });
});
