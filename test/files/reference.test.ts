/** The files of results/reference/, which readers cite without running anything. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AnySchema } from 'ajv';
import { loadPlan } from '../../src/app/load-plan.ts';
import { FORMATS } from '../../src/formats/registry.ts';
import { REFERENCE, referenceReport } from './reports.ts';

const text = (file: string) => readFileSync(new URL(file, REFERENCE), 'utf8');

describe('the reference report', () => {
  it('is valid by the published schema, by the judgement of another program', () => {
    const schema = JSON.parse(text('../../schema/report.schema.json')) as AnySchema;
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(schema);
    assert.ok(validate(JSON.parse(text('report.json'))), ajv.errorsText(validate.errors));
  });

  it('is of a whole run, of which no cell is missing and none failed', () => {
    const { run, summary, environments, scenarios, cells } = referenceReport();
    assert.equal(run.complete, true);
    // Rows can be added later, when the matrix file has others as well.
    const others = run.warnings.filter((line) => !line.startsWith('The rows were measured by '));
    assert.deepEqual(others, []);
    assert.equal(cells.length, environments.length * scenarios.length);
    assert.equal(summary.error, 0);
  });

  it('has the rows and the columns of its group', async () => {
    const { environments, scenarios } = referenceReport();
    const matrix = fileURLToPath(new URL('../../matrix.yaml', REFERENCE));
    const { plan } = await loadPlan({ matrix, group: 'reference', only: [], skip: [] });
    const ids = (all: readonly { readonly id: string }[]) => new Set(all.map(({ id }) => id));
    assert.deepEqual(ids(environments), ids(plan.environments));
    assert.deepEqual(ids(scenarios), ids(plan.scenarios));
  });

  it('has every format, and no other file', () => {
    const files = Object.values(FORMATS).map(({ file }) => file);
    assert.deepEqual(new Set(readdirSync(REFERENCE)), new Set(files));
  });
});
