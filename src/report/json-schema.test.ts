import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AnySchema } from 'ajv';
import { renderJsonSchema } from './json-schema.ts';
import { renderJson } from './json.ts';
import { defaultGroupReport, largeReport } from '../../test/support/sample-report.ts';

const committed = new URL('../../results/report.schema.json', import.meta.url);

describe('the published schema', () => {
  it('is in step with the program', () => {
    assert.equal(
      readFileSync(committed, 'utf8'),
      renderJsonSchema(),
      'write it again: node --import tsx scripts/write-json-schema.ts',
    );
  });

  it('accepts what the program writes, by the judgement of another program', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(JSON.parse(renderJsonSchema()) as AnySchema);
    for (const report of [defaultGroupReport(), largeReport(20, 7)]) {
      const valid = validate(JSON.parse(renderJson(report)));
      assert.ok(valid, ajv.errorsText(validate.errors));
    }
  });

  it('refuses what is not a report', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(renderJsonSchema()) as AnySchema,
    );
    assert.equal(validate({ schema: 1 }), false);
    const report = JSON.parse(renderJson(defaultGroupReport())) as { cells: { verdict: string }[] };
    for (const cell of report.cells) cell.verdict = 'ok';
    assert.equal(validate(report), false);
  });
});
