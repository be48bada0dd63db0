import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { matrixSchema } from './schema.ts';
import { changed, SMALL_MATRIX } from '../../test/support/small-matrix.ts';

describe('matrixSchema', () => {
  const accepts = new Ajv2020({ strict: false }).compile(matrixSchema());

  it('accepts a matrix, as an editor would check it', () => {
    assert.ok(accepts(parse(SMALL_MATRIX)), JSON.stringify(accepts.errors));
  });

  it('refuses an unknown key, a wrong type, an unknown word and a stray name', () => {
    for (const text of [
      `${SMALL_MATRIX}verdicts: {}\n`,
      changed('command: pypy3', 'command: 3'),
      changed('[add, delete]', '[ad, delete]'),
      changed('  wide:', '  ../wide:'),
      `${SMALL_MATRIX}verdict: { budget: 60 }\n`,
    ]) {
      assert.ok(!accepts(parse(text)), text);
    }
  });

  it('describes every key, since that is what an editor shows', () => {
    const undescribed: string[] = [];
    const look = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties } = schema as { properties?: Record<string, { description?: string }> };
      for (const [key, property] of Object.entries(properties ?? {})) {
        if (property.description === undefined) undescribed.push(`${path}.${key}`);
      }
      for (const [key, part] of Object.entries(schema)) look(part, `${path}.${key}`);
    };
    look(matrixSchema(), '');
    assert.deepEqual(undescribed, []);
  });
});
