import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Ajv, type AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { renderJson } from '../src/report/json.ts';
import { defaultGroupReport, largeReport } from '../test/support/sample-report.ts';
import { changed, SMALL_MATRIX } from '../test/support/small-matrix.ts';
import { renderJsonSchemas } from './json-schemas.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const committed = (name: string) => JSON.parse(read(`schema/${name}`)) as AnySchema;
const options = { strict: false, validateFormats: false, allErrors: true };

/** The first line of a YAML file names its schema, from where the file is. */
function namesSchema(path: string): string {
  const [first = ''] = read(path).split('\n');
  const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
  return new URL(schema, `file:///${path}`).pathname;
}

describe('the published schemas', () => {
  it('are in step with the program', () => {
    for (const [name, text] of renderJsonSchemas()) {
      assert.equal(read(`schema/${name}`), text, 'write them again: make schema');
    }
  });
});

describe('the schema of report.json', () => {
  const validate = new Ajv2020(options).compile(committed('report.schema.json'));

  it('accepts what the program writes, by the judgement of another program', () => {
    for (const report of [defaultGroupReport(), largeReport(20, 7)]) {
      assert.ok(validate(JSON.parse(renderJson(report))), JSON.stringify(validate.errors));
    }
  });

  it('refuses what is not a report', () => {
    assert.equal(validate({ schema: 1 }), false);
    const report = JSON.parse(renderJson(defaultGroupReport())) as { cells: { verdict: string }[] };
    for (const cell of report.cells) cell.verdict = 'ok';
    assert.equal(validate(report), false);
  });
});

describe('the schema of matrix.yaml', () => {
  const validate = new Ajv(options).compile(committed('matrix.schema.json'));

  it('accepts the matrices of this repository, which name it for editors', () => {
    for (const path of [
      'matrix.yaml',
      'examples/fork-with-threads/matrix.yaml',
      'test/integration/matrices/small.yaml',
      'test/integration/matrices/fleet.yaml',
    ]) {
      assert.ok(validate(parse(read(path))), `${path}: ${JSON.stringify(validate.errors)}`);
      assert.equal(namesSchema(path), '/schema/matrix.schema.json', path);
    }
    assert.ok(validate(parse(SMALL_MATRIX)), JSON.stringify(validate.errors));
  });

  it('refuses an unknown key, a wrong type, an unknown word and a stray name', () => {
    for (const text of [
      `${SMALL_MATRIX}verdicts: {}\n`,
      changed('command: pypy3', 'command: 3'),
      changed('[add, delete]', '[ad, delete]'),
      changed('  wide:', '  ../wide:'),
      `${SMALL_MATRIX}verdict: { budget: 60 }\n`,
    ]) {
      assert.ok(!validate(parse(text)), text);
    }
  });

  it('refuses what has both or neither of two keys, and what is empty', () => {
    for (const text of [
      changed('{ bootstrap: { debian: trixie } }', '{}'),
      changed('{ pull: debian:bookworm-slim }', '{ pull: a, bootstrap: { debian: bookworm } }'),
      changed('base: debian-13, python: cpython-*, reason', 'reason'),
      `${SMALL_MATRIX}overrides: [{ environments: '*' }]\n`,
      changed('PACKAGE: pypy3', 'BASE: pypy3'),
      `${SMALL_MATRIX.slice(0, SMALL_MATRIX.indexOf('groups:'))}groups: {}\n`,
    ]) {
      assert.ok(!validate(parse(text)), text);
    }
  });
});

describe('the schema of reproduction.yaml', () => {
  const validate = new Ajv(options).compile(committed('reproduction.schema.json'));

  it('accepts the reproductions of this repository, which name it for editors', () => {
    for (const path of [
      'reproduction/reproduction.yaml',
      'examples/fork-with-threads/reproduction/reproduction.yaml',
    ]) {
      assert.ok(validate(parse(read(path))), `${path}: ${JSON.stringify(validate.errors)}`);
      assert.equal(namesSchema(path), '/schema/reproduction.schema.json', path);
    }
  });

  it('refuses an unknown key, a wrong type and a control that names nothing', () => {
    for (const text of [
      'reproduces: x\n',
      'contract: 2\n',
      'scenarios: [{ id: a, arguments: [1] }]\n',
      'scenarios: []\n',
      'scenarios: [{ id: a, control: 3 }]\n',
      'programs: [{ source: ../a.c }]\n',
    ]) {
      assert.ok(!validate(parse(text)), text);
    }
  });
});

describe('the schemas that editors read', () => {
  it('describe every key, since that is what an editor shows', () => {
    const undescribed: string[] = [];
    const look = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties } = schema as { properties?: Record<string, { description?: string }> };
      for (const [key, property] of Object.entries(properties ?? {})) {
        if (property.description === undefined) undescribed.push(`${path}.${key}`);
      }
      for (const [key, part] of Object.entries(schema)) look(part, `${path}.${key}`);
    };
    for (const name of ['matrix.schema.json', 'reproduction.schema.json']) {
      look(committed(name), name);
    }
    assert.deepEqual(undescribed, []);
  });
});
