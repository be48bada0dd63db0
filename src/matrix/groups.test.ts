import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Group } from './matrix.ts';
import { changed, loaded, mistakes, SMALL_MATRIX } from '../../test/support/small-matrix.ts';

function group(text: string, name: string): Group {
  const found = loaded(text).groups.get(name);
  assert.ok(found);
  return found;
}

const ids = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id);

describe('groups', () => {
  it('hold the environments of axes, exclude and include, with base and Python', () => {
    const { environments, excluded } = group(SMALL_MATRIX, 'default');
    assert.deepEqual(ids(environments), [
      'debian-12/cpython-3.11',
      'debian-12/pypy3',
      'debian-13/pypy3',
      'debian-13/cpython-3.13-musl',
    ]);
    assert.deepEqual(excluded, [
      { kind: 'environment', id: 'debian-13/cpython-3.11', reason: 'not packaged there' },
    ]);
    assert.deepEqual(environments[0], {
      id: 'debian-12/cpython-3.11',
      base: {
        id: 'debian-12',
        sources: [
          { type: 'pull', reference: 'debian:bookworm-slim' },
          { type: 'bootstrap', release: 'bookworm' },
        ],
      },
      python: {
        id: 'cpython-3.11',
        recipe: 'debian-package',
        args: { PACKAGE: 'python3.11' },
        command: 'python3.11',
      },
    });
  });

  it('put each control before the first scenario that needs it', () => {
    assert.deepEqual(ids(group(SMALL_MATRIX, 'default').scenarios), [
      'none/os.system',
      'add/os.system',
      'none/os.popen',
      'add/os.popen',
      'delete/os.system',
      'delete/os.popen',
    ]);
  });

  it('give each scenario its arguments and its control', () => {
    const [control, add] = group(SMALL_MATRIX, 'default').scenarios;
    assert.deepEqual(control, {
      id: 'none/os.system',
      mutation: 'none',
      launcher: 'os.system',
      args: ['--mutation', 'none', '--launcher', 'os.system'],
    });
    assert.deepEqual(add, {
      id: 'add/os.system',
      mutation: 'add',
      launcher: 'os.system',
      args: ['--mutation', 'add', '--launcher', 'os.system'],
      control: 'none/os.system',
    });
  });

  it('do not double a control that is asked for', () => {
    assert.deepEqual(ids(group(SMALL_MATRIX, 'wide').scenarios), [
      'none/c-system',
      'add/c-system',
      'churn/c-system',
    ]);
  });

  it('take what they do not have from the group that they extend', () => {
    const wide = group(SMALL_MATRIX, 'wide');
    const normal = group(SMALL_MATRIX, 'default');
    assert.deepEqual(ids(wide.environments), ids(normal.environments));
    assert.deepEqual(wide.excluded, normal.excluded);
  });

  it('take it from further up as well', () => {
    const text = `${SMALL_MATRIX}  third: { extends: wide, description: of the third kind }\n`;
    const third = group(text, 'third');
    assert.deepEqual(ids(third.scenarios), ids(group(text, 'wide').scenarios));
    assert.deepEqual(ids(third.environments), ids(group(text, 'default').environments));
    assert.equal(third.description, 'of the third kind');
  });

  it('may leave the scenarios to the reproduction', () => {
    const scenarios = `    scenarios:
      axes: { mutation: [add, delete], launcher: [os.system, os.popen] }
`;
    assert.deepEqual(group(changed(scenarios, ''), 'default').scenarios, []);
  });

  it('are refused where they extend themselves, each where it says so', () => {
    const circle = changed('  default:\n', '  default:\n    extends: wide\n');
    assert.deepEqual(mistakes(circle), [
      '11:14 `default` extends itself, by way of `wide`',
      '19:14 `wide` extends itself, by way of `default`',
    ]);
    const self = changed('extends: default', 'extends: wide');
    assert.deepEqual(mistakes(self), ['18:14 `wide` extends itself']);
  });

  it('are refused where nothing gives them environments', () => {
    const text = changed('    extends: default\n', '');
    assert.deepEqual(mistakes(text), ['17:3 the group `wide` has no environments']);
  });

  it('are refused where a control is excluded that something needs', () => {
    const text = changed(
      'launcher: c-system }',
      'launcher: c-system }\n      exclude: [{ mutation: none, reason: to save time }]',
    );
    assert.deepEqual(mistakes(text), [
      '21:17 this excludes `none/c-system`, the control of `add/c-system`',
    ]);
  });

  it('are refused with more environments than can be meant', () => {
    const names = Array.from({ length: 150 }, (_, index) => `n${index}`);
    const bases = names.map((name) => `  ${name}: { sources: [{ pull: x }] }`).join('\n');
    const pythons = names.map((name) => `  ${name}: { recipe: r, command: c }`).join('\n');
    const axes = `{ base: [${names.join(', ')}], python: [${names.join(', ')}] }`;
    const text = `version: 1\nbases:\n${bases}\npythons:\n${pythons}\ngroups:\n  default:\n    environments: { axes: ${axes} }\n`;
    assert.match(mistakes(text).join(), /these are 22500 combinations/);
  });

  it('are refused with more cells than can be meant', () => {
    const names = Array.from({ length: 90 }, (_, index) => `n${index}`);
    const bases = names.map((name) => `  ${name}: { sources: [{ pull: x }] }`).join('\n');
    const pythons = names.map((name) => `  ${name}: { recipe: r, command: c }`).join('\n');
    const axes = `{ base: [${names.join(', ')}], python: [${names.join(', ')}] }`;
    const scenarios =
      'mutation: [add, delete, churn], launcher: [os.system, os.popen, os.spawnv, c-system]';
    const text = `version: 1\nbases:\n${bases}\npythons:\n${pythons}\ngroups:\n  default:\n    environments: { axes: ${axes} }\n    scenarios: { axes: { ${scenarios} } }\n`;
    assert.match(mistakes(text).join(), /the group `default` has 129600 cells/);
  });
});

/** The small matrix whose default group adds the rows of another group. */
function withRegistry(names: string, base = 'pull: fedora:44'): string {
  return changed('groups:\n  default:\n', `groups:\n  default:\n    ifRegistryAnswers: ${names}\n`)
    .replace('pythons:', `  fedora: { sources: [{ ${base} }] }\npythons:`)
    .concat('  images:\n    extends: default\n')
    .concat('    environments: { include: [{ base: fedora, python: pypy3 }] }\n');
}

describe('a group with ifRegistryAnswers', () => {
  it('has the rows of the other groups apart from its own', () => {
    const { environments, registryRows } = group(withRegistry('[images, images]'), 'default');
    assert.equal(environments.length, 4);
    assert.deepEqual(ids(registryRows), ['fedora/pypy3']);
  });

  it('does not give them to a group that extends it', () => {
    const { environments, registryRows } = group(withRegistry('images'), 'wide');
    assert.equal(environments.length, 4);
    assert.deepEqual(registryRows, []);
  });

  it('names groups that exist', () => {
    assert.deepEqual(mistakes(withRegistry('image')), ['12:24 unknown group `image`']);
  });

  it('takes no rows that can be made without a registry', () => {
    const [found = '', ...others] = mistakes(
      withRegistry('images', 'bootstrap: { debian: trixie }'),
    );
    assert.match(found, /`fedora\/pypy3` does not need a registry, because its base can be boot/);
    assert.deepEqual(others, []);
  });
});
