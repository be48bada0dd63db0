import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderParts, render } from '../app/render.ts';
import { FORMAT_NAMES, FORMATS } from './registry.ts';
import { parseReport, renderJson } from '../report/json.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleReport,
  scriptReport,
} from '../../test/support/sample-report.ts';

describe('every format', () => {
  const reports = {
    'of the default group': defaultGroupReport(),
    'with every verdict': largeReport(12, 9),
    'that is empty': sampleReport({ environments: [], scenarios: [], cells: [] }),
    'of a reproduction that is not about the environment': scriptReport(),
    'without a single cell': sampleReport({
      environments: [{ id: 'e' }],
      scenarios: [{ id: 's' }],
      cells: [],
    }),
  };
  for (const [name, report] of Object.entries(reports)) {
    it(`can be made of a report ${name}, and says the same when it is made of its file`, () => {
      const loaded = parseReport(renderJson(report));
      assert.ok(loaded.ok);
      for (const format of FORMAT_NAMES) {
        const text = render(format, report);
        assert.notEqual(text, '');
        // The page's script may contain the word undefined.
        const content = text.replace(/<script>[\s\S]*?<\/script>/, '');
        assert.doesNotMatch(content, /undefined|\[object Object\]|NaN/);
        // The order of keys in JSON does not matter; everything else must be the same text.
        if (format !== 'json') assert.ok(render(format, loaded.value) === text, format);
      }
    });
  }

  it('gives a large report in small parts, so that not all of it is in memory at once', () => {
    const large = largeReport(300, 8);
    for (const format of FORMAT_NAMES) {
      const lengths = [...renderParts(format, large)].map(({ length }) => length);
      const total = lengths.reduce((sum, length) => sum + length, 0);
      assert.equal(total, render(format, large).length);
      // A table in Markdown is one part, since it is aligned as a whole; pictures are small.
      if (['json', 'csv', 'junit'].includes(format)) {
        assert.ok(Math.max(...lengths) < total / 20, format);
      }
    }
  });

  it('has its own file', () => {
    const files = Object.values(FORMATS).map(({ file }) => file);
    assert.equal(new Set(files).size, files.length);
  });
});
