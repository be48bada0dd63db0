import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHash } from 'node:crypto';
import { loadMatrix } from './load.ts';
import { changed, loaded, mistakes, SMALL_MATRIX } from '../../test/support/small-matrix.ts';

/** The first mistake with its hint. */
function first(text: string): string {
  const result = loadMatrix(text, 'matrix.yaml');
  assert.ok(!result.ok);
  const [diagnostic] = result.error;
  return `${diagnostic?.message ?? ''}; ${diagnostic?.hint ?? ''}`;
}

describe('loadMatrix', () => {
  it('reads a matrix', () => {
    const matrix = loaded(SMALL_MATRIX);
    assert.equal(matrix.path, 'matrix.yaml');
    assert.deepEqual([...matrix.bases.keys()], ['debian-12', 'debian-13']);
    assert.deepEqual([...matrix.pythons.keys()], ['cpython-3.11', 'pypy3', 'cpython-3.13-musl']);
    assert.deepEqual([...matrix.groups.keys()], ['default', 'wide']);
    assert.equal(matrix.defaultGroup, 'default');
    assert.deepEqual(matrix.pythons.get('cpython-3.13-musl')?.args, {});
  });

  it('identifies the file by its bytes', () => {
    const text = `\ufeff${SMALL_MATRIX}# ä\r\n`;
    const sha256 = createHash('sha256').update(Buffer.from(text)).digest('hex');
    assert.equal(loaded(text).sha256, sha256);
  });

  it('fills in what the file does not say', () => {
    const matrix = loaded(SMALL_MATRIX);
    assert.equal(matrix.reproduction, 'reproduction');
    assert.deepEqual(matrix.rule, { confidence: 0.99, maxRate: 0.001, budgetSeconds: 60 });
    assert.deepEqual(matrix.trial, {
      seconds: { first: 0.7, next: 2 },
      threads: 8,
      timeoutSeconds: 60,
      memoryBytes: 1_073_741_824,
      pids: 256,
      cpus: 2,
      outputBytes: 8_388_608,
    });
  });

  it('takes what the file says', () => {
    const matrix = loaded(`${SMALL_MATRIX}reproduction: examples/locale
verdict: { confidence: 0.9, maxRate: 0.1, budget: 2m }
trial:
  duration: { first: 200ms, next: 1.5s }
  threads: 4
  timeout: 1h
  memory: 512MiB
  pids: 100
  cpus: 3
  output: 64KiB
defaultGroup: wide
`);
    assert.equal(matrix.reproduction, 'examples/locale');
    assert.equal(matrix.defaultGroup, 'wide');
    assert.deepEqual(matrix.rule, { confidence: 0.9, maxRate: 0.1, budgetSeconds: 120 });
    assert.deepEqual(matrix.trial, {
      seconds: { first: 0.2, next: 1.5 },
      threads: 4,
      timeoutSeconds: 3600,
      memoryBytes: 536_870_912,
      pids: 100,
      cpus: 3,
      outputBytes: 65_536,
    });
  });

  it('puts a description over several lines on one', () => {
    const text = changed('  wide:\n', '  wide:\n    description: >\n      all of\n      it\n');
    assert.equal(loaded(text).groups.get('wide')?.description, 'all of it');
  });

  it('reads the packages that another suite gives', () => {
    const matrix = loaded(
      changed(
        '{ bootstrap: { debian: trixie } }',
        '{ bootstrap: { debian: unstable, overlay: { suite: experimental, packages: [libc6] } } }',
      ),
    );
    assert.deepEqual(matrix.bases.get('debian-13')?.sources, [
      {
        type: 'bootstrap',
        release: 'unstable',
        overlay: { suite: 'experimental', packages: ['libc6'] },
      },
    ]);
  });
});

describe('loadMatrix refuses, with the place', () => {
  const cases: readonly (readonly [what: string, text: string, mistake: string])[] = [
    [
      'an empty file',
      '',
      'the file is empty, but needs `version`, `bases`, `pythons` and `groups`',
    ],
    [
      'comments alone',
      '# nothing\n',
      'the file is empty, but needs `version`, `bases`, `pythons` and `groups`',
    ],
    ['a list', '- a\n', '1:1 the file must be a mapping of keys to values, but is a list'],
    ['text', 'hello', '1:1 the file must be a mapping of keys to values, but is the text `hello`'],
    ['an unknown key', `${SMALL_MATRIX}verdicts: {}\n`, '21:1 unknown key `verdicts`'],
    ['a missing part', changed('version: 1\n', ''), '1:1 `version` is missing'],
    ['another version', changed('version: 1', 'version: 2'), '1:10 `2` is not allowed here'],
    [
      'a YAML error',
      changed('command: pypy3 }', 'command: pypy3'),
      '8:3 Flow map in block collection',
    ],
    ['a tab', `${SMALL_MATRIX}\texpect: []\n`, '21:1 Tabs are not allowed as indentation'],
    [
      'a duplicate id',
      changed('  debian-13:', '  debian-12:'),
      '4:3 the key `debian-12` exists twice',
    ],
    [
      'an unknown base',
      changed('base: [debian-12,', 'base: [debain-12,'),
      '12:22 unknown base `debain-12`',
    ],
    [
      'an unknown Python',
      changed('python: cpython-3.13-musl }', 'python: pypy }'),
      '14:44 unknown python `pypy`',
    ],
    [
      'an unknown group',
      changed('extends: default', 'extends: defautl'),
      '18:14 unknown group `defautl`',
    ],
    [
      'an unknown default group',
      `${SMALL_MATRIX}defaultGroup: wider\n`,
      '21:15 unknown group `wider`',
    ],
    [
      'no default group',
      changed('  default:\n', '  other:\n').replace('extends: default', 'extends: other'),
      '9:1 there is no group `default`, and no `defaultGroup` names another one',
    ],
    [
      'an unknown mutation',
      changed('[add, delete]', '[ad, delete]'),
      '16:26 `ad` is not allowed here',
    ],
    [
      'an unknown launcher',
      changed('launcher: c-system', 'launcher: system'),
      '20:55 `system` is not allowed here',
    ],
    [
      'text for a list',
      changed('sources: [{ bootstrap: { debian: trixie } }]', 'sources: trixie'),
      '4:25 `sources` must be a list, but is the text `trixie`',
    ],
    [
      'a list for text',
      changed('command: pypy3', 'command: [pypy3]'),
      '7:71 `command` must be text, but is a list',
    ],
    [
      'a number for text',
      changed('PACKAGE: pypy3', 'PACKAGE: 3.10'),
      '7:53 `PACKAGE` must be text, but is the number `3.1`',
    ],
    [
      'nothing for a mapping',
      changed('{ sources: [{ bootstrap: { debian: trixie } }] }', ''),
      '4:3 `debian-13` must be a mapping of keys to values, but is empty',
    ],
    [
      'an empty list',
      changed('[{ bootstrap: { debian: trixie } }]', '[]'),
      '4:25 `sources` is empty',
    ],
    [
      'two sources in one',
      changed('{ pull: debian:bookworm-slim }, {', '{ pull: x,'),
      '3:26 this entry must have exactly one of `pull` and `bootstrap`',
    ],
    [
      'an empty source',
      changed('{ pull: debian:bookworm-slim }', '{}'),
      '3:26 this entry must have exactly one of `pull` and `bootstrap`',
    ],
    [
      'an option as a release',
      changed('debian: trixie', 'debian: --help'),
      '4:49 `--help` is not the name of a Debian release or suite',
    ],
    [
      'an exclude without a reason',
      changed(', reason: not packaged there', ''),
      '13:17 `reason` is missing',
    ],
    [
      'an exclude of everything',
      changed('{ base: debian-13, python: cpython-*, reason', '{ reason'),
      '13:17 this entry must have at least one of `base` and `python`',
    ],
    [
      'an exclude of nothing',
      changed('python: cpython-*,', 'python: jython,'),
      '13:17 this excludes nothing',
    ],
    [
      'a broken pattern',
      changed('python: cpython-*,', 'python: "[cpython",'),
      '13:44 `[cpython` has a `[` without its `]`',
    ],
    [
      'a base’s build argument',
      changed('args: { PACKAGE: pypy3 }', 'args: { BASE: x }'),
      '7:44 `BASE` is given by the program, as the image to start from',
    ],
    [
      'a control character',
      changed('PACKAGE: pypy3', 'PACKAGE: "a\\u0000b"'),
      '7:53 `a␀b` holds a control character',
    ],
    [
      'a terminal escape',
      changed('not packaged there', '"\\e[2J"'),
      '13:63 `␛[2J` holds a control character',
    ],
    [
      'a command with arguments',
      changed('command: pypy3', 'command: pypy3 -c x'),
      '7:71 `pypy3 -c x` is not the name or path of a program',
    ],
    [
      'an unused expectation',
      `${SMALL_MATRIX}expect: [{ environments: debain-12, verdict: pass }]\n`,
      '21:26 no group has environments that match `debain-12`',
    ],
    [
      'an expectation of an error',
      `${SMALL_MATRIX}expect: [{ verdict: error }]\n`,
      '21:21 `error` is not allowed here',
    ],
    [
      'an unused override',
      `${SMALL_MATRIX}overrides: [{ scenarios: [add, ad], verdict: {} }]\n`,
      '21:32 no group has scenarios that match `ad`',
    ],
    [
      'an override of nothing',
      `${SMALL_MATRIX}overrides: [{ scenarios: add }]\n`,
      '21:13 this entry changes nothing: it must have `verdict` or `trial`',
    ],
    [
      'a duration without a unit',
      `${SMALL_MATRIX}verdict: { budget: 60 }\n`,
      '21:20 `budget` must be text, but is the number `60`',
    ],
    [
      'a duration of nothing',
      `${SMALL_MATRIX}trial: { timeout: 0s }\n`,
      '21:19 `0s` is not between 1s and 24h',
    ],
    [
      'an enormous duration',
      `${SMALL_MATRIX}trial: { timeout: 999999999h }\n`,
      '21:19 `999999999h` is not between 1s and 24h',
    ],
    [
      'an enormous size',
      `${SMALL_MATRIX}trial: { memory: 999999999GiB }\n`,
      '21:18 `999999999GiB` is not between 64MiB and 1024GiB',
    ],
    ['an unknown unit', `${SMALL_MATRIX}trial: { memory: 1GB }\n`, '21:18 `1GB` is not a size'],
    [
      'an enormous number',
      `${SMALL_MATRIX}trial: { threads: 1e308 }\n`,
      '21:19 `1e+308` is more than 256',
    ],
    [
      'an infinite number',
      `${SMALL_MATRIX}trial: { threads: .inf }\n`,
      '21:19 `threads` must be a number, but is the number `Infinity`',
    ],
    [
      'no number',
      `${SMALL_MATRIX}trial: { threads: .nan }\n`,
      '21:19 `threads` must be a number, but is the number `NaN`',
    ],
    [
      'a fraction of a CPU',
      `${SMALL_MATRIX}trial: { cpus: 2.5 }\n`,
      '21:16 `cpus` must be a whole number, but is the number `2.5`',
    ],
    ['one CPU', `${SMALL_MATRIX}trial: { cpus: 1 }\n`, '21:16 `1` is less than 2'],
    [
      'a certainty',
      `${SMALL_MATRIX}verdict: { confidence: 1 }\n`,
      '21:24 `1` is more than 0.999999',
    ],
    [
      'a rate of nothing',
      `${SMALL_MATRIX}verdict: { maxRate: 0 }\n`,
      '21:21 `0` is less than 0.000001',
    ],
    [
      'a timeout within the trial',
      `${SMALL_MATRIX}trial: { timeout: 2s }\n`,
      '21:1 trials last up to 2s, but `timeout` ends them after 2s',
    ],
    [
      'a timeout within an overriding trial',
      `${SMALL_MATRIX}overrides: [{ trial: { timeout: 1s } }]\n`,
      '21:15 trials last up to 2s, but `timeout` ends them after 1s',
    ],
    [
      'more threads than processes',
      `${SMALL_MATRIX}trial: { threads: 200 }\n`,
      '21:1 200 threads and their children are more than 256 processes',
    ],
    [
      'no groups at all',
      SMALL_MATRIX.replace(/groups:[^]*/, 'groups: {}\n'),
      '9:9 `groups` is empty',
    ],
  ];
  for (const [what, text, mistake] of cases) {
    it(what, () => {
      const all = mistakes(text);
      assert.ok(
        all.some((one) => one.startsWith(mistake)),
        `${mistake}\nis not among\n${all.join('\n')}`,
      );
      // Nothing that follows from it is complained of beside it, except by YAML itself.
      if (!/YAML|tab/.test(what)) assert.equal(all.length, 1, all.join('\n'));
    });
  }

  const strayIds = [
    '../etc',
    'a/b',
    '/a',
    '.hidden',
    'a..b',
    '-a',
    'a-',
    'a--b',
    'c++',
    'A',
    'a b',
    'ä',
    'a\\u001bb',
    'x'.repeat(65),
    '',
  ];
  for (const id of strayIds) {
    it(`the name ${JSON.stringify(id)}`, () => {
      const entry = `  "${id}": { sources: [{ pull: x }] }\n`;
      const all = mistakes(SMALL_MATRIX.replace('pythons:\n', `${entry}pythons:\n`));
      assert.equal(all.length, 1, all.join('\n'));
      assert.match(all[0] ?? '', /^5:3 /);
    });
  }

  const strayPaths = [
    '../x',
    'a/../../x',
    '/etc',
    '.',
    './x',
    'a//b',
    'a/',
    '~/x',
    'a\\nb',
    'C:\\\\x',
    '',
    '-rf',
    'a/-rf',
  ];
  for (const path of strayPaths) {
    it(`the recipe and the reproduction ${JSON.stringify(path)}`, () => {
      const recipe = mistakes(changed('recipe: cpython-tree', `recipe: "${path}"`));
      assert.equal(recipe.length, 1);
      assert.match(recipe[0] ?? '', /^8:32 /);
      const reproduction = mistakes(`${SMALL_MATRIX}reproduction: "${path}"\n`);
      assert.equal(reproduction.length, 1);
      assert.match(reproduction[0] ?? '', /^21:15 /);
    });
  }
});

describe('loadMatrix explains', () => {
  it('a path that leads elsewhere', () => {
    assert.match(first(`${SMALL_MATRIX}reproduction: /etc\n`), /absolute path/);
    assert.match(first(`${SMALL_MATRIX}reproduction: a/../b\n`), /leads out of its folder/);
  });

  it('an unknown key by the nearest known one, and all that are allowed there', () => {
    assert.equal(
      first(changed('exclude: [', 'exlude: [')),
      'unknown key `exlude`; Did you mean `exclude`? Allowed here: axes, exclude, include',
    );
    assert.equal(
      first(changed('recipe: cpython-tree', 'recipe: cpython-tree, comand: x')),
      'unknown key `comand`; Did you mean `command`? Allowed here: recipe, args, build, command',
    );
  });

  it('an unknown value by the nearest known one', () => {
    assert.match(
      first(changed('[add, delete]', '[ad, delete]')),
      /Did you mean `add`\? Allowed here: none, add/,
    );
    assert.match(
      first(changed('base: [debian-12,', 'base: [debain-12,')),
      /Did you mean `debian-12`\? bases: debian-12, debian-13/,
    );
  });

  it('a wrong value by what is allowed there', () => {
    assert.match(first(`${SMALL_MATRIX}verdict: { budget: 60 }\n`), /a duration such as `500ms`/);
    assert.match(first(`${SMALL_MATRIX}trial: { memory: 1GB }\n`), /a size such as `512MiB`/);
    assert.match(
      first(`${SMALL_MATRIX}trial: { cpus: 1 }\n`),
      /CPUs of a trial: a whole number from 2/,
    );
    assert.match(first(changed('PACKAGE: pypy3', 'PACKAGE: 3.10')), /3.10 without them is 3.1/);
    assert.match(first(changed('command: pypy3', 'command: 3')), /what starts it inside the image/);
  });

  it('everything at once, in the order of the file', () => {
    const text = changed('sources: [{ bootstrap: { debian: trixie } }]', 'source: []')
      .replace('[add, delete]', '[ad]')
      .replace('base: [debian-12,', 'base: [debain-12,')
      .replace('extends: default', 'extends: defautl');
    assert.deepEqual(
      mistakes(`${text}trial: { timeout: 1 }\n`).map((mistake) => mistake.replace(/ .*/, '')),
      ['4:3', '4:16', '12:22', '16:26', '18:14', '21:19'],
    );
  });

  it('only the first of very many mistakes, and how many there are', () => {
    const unknown = Array.from({ length: 5000 }, (_, index) => `u${index}`).join(', ');
    const all = mistakes(changed('base: [debian-12, debian-13]', `base: [${unknown}]`));
    assert.equal(all.length, 51);
    assert.match(all.at(-1) ?? '', /^and \d+ more mistakes that are not shown$/);
  });
});
