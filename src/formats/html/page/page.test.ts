import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { countText, expectationText, percent, rateText } from '../../../report/cell-text.ts';
import type { Cell } from '../../../report/schema.ts';
import { pageDataOf } from '../html-data.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from '../../../../test/support/sample-report.ts';
import { choicesOf, choose } from './choice.ts';
import { detailsHtml } from './details.ts';
import { rowHtml, tableOf } from './markup.ts';
import { cellAt } from './page-data.ts';
import { plotHtml } from './plot.ts';
import { FILTERS, FOLDS, hashFromState, initialState, stateFromHash, type State } from './state.ts';

const report = defaultGroupReport();
const data = pageDataOf(report);
const idsOf = (rows: readonly number[]) =>
  rows.map((row) => data.strings[data.facts.id[row] ?? 0] ?? '');

describe('figures on the page', () => {
  it('read as in every other format', () => {
    const large = largeReport(9, 9);
    const page = pageDataOf(large);
    const ids = page.facts.id.map((place) => page.strings[place]);
    for (const cell of large.cells) {
      const row = ids.indexOf(cell.environment);
      const column = page.columns.findIndex(({ id }) => id === cell.scenario);
      const at = row * page.columns.length + column;
      for (const textOf of [countText, rateText, expectationText]) {
        assert.equal(textOf(cellAt(page, at)), textOf(cell));
      }
    }
  });
});

describe('bounds on the page', () => {
  /** Every bound that the page shows of a cell, in words. */
  const words = ({ rate, bound }: Pick<Cell, 'rate' | 'bound'>) => [
    ...(rate ? [percent(rate.low, 'down'), percent(rate.high, 'up')] : []),
    ...(bound === undefined ? [] : [percent(bound, 'up')]),
  ];
  const onPage = (wish: Partial<Cell>) => {
    const place = { environment: 'e', scenario: 'add/os.system' };
    const small = sampleReport({
      environments: [sampleEnvironment('e', 'glibc 2.36-9', 'CPython 3.11.2')],
      scenarios: ['add/os.system'],
      cells: [{ ...place, verdict: 'fail', ...wish }],
    });
    return words(cellAt(pageDataOf(small), 0));
  };

  it('are rounded as in every other format, however near to a shorter number they are', () => {
    const verdict = 'pass';
    for (let exposed = 100; exposed < 600; exposed += 1) {
      const bound = 1 - 0.01 ** (1 / exposed);
      assert.deepEqual(onPage({ verdict, exposed, bound }), words({ rate: null, bound }));
    }
    const fraction = fc.double({ min: 1e-6, max: 1, noNaN: true });
    fc.assert(
      fc.property(fraction, fraction, (low, high) => {
        const rate = { value: 312 / 1204, low, high };
        assert.deepEqual(onPage({ rate }), words({ rate }));
      }),
    );
    const rate = { value: 312 / 1204, low: 0.019_999_9, high: 0.410_001 };
    assert.deepEqual(onPage({ rate }), ['1.9 %', '42 %']);
  });
});

describe('the address of a view', () => {
  it('is empty for the first view', () => {
    assert.equal(hashFromState(initialState()), '');
  });

  it('gives back every choice', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const plain = { noNullPrototype: true };
    const state: fc.Arbitrary<State> = fc.record(
      {
        search: text,
        order: fc.constantFrom('libc' as const, 'python' as const),
        fold: fc.constantFrom(...FOLDS),
        filters: fc.record(
          {
            python: fc.uniqueArray(text),
            libc: fc.uniqueArray(text),
            built: fc.uniqueArray(text),
            subprocess: fc.uniqueArray(text),
            distro: fc.uniqueArray(text),
            launcher: fc.uniqueArray(text),
            mutation: fc.uniqueArray(text),
            scenario: fc.uniqueArray(text),
            verdict: fc.uniqueArray(text),
          },
          plain,
        ),
        plot: text,
        open: fc.option(fc.record({ environment: text, scenario: text }, plain), {
          nil: undefined,
        }),
      },
      plain,
    );
    fc.assert(
      fc.property(state, (one) => {
        assert.deepEqual(stateFromHash(hashFromState(one)), one);
      }),
    );
  });

  it('may be anything, and is then a view all the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hash) => {
        const state = stateFromHash(hash);
        for (const name of FILTERS) assert.ok(Array.isArray(state.filters[name]));
        choose(data, state);
      }),
    );
  });
});

describe('filters', () => {
  const chosen = (filters: Partial<State['filters']>, rest: Partial<State> = {}) =>
    choose(data, {
      ...initialState(),
      ...rest,
      filters: { ...initialState().filters, ...filters },
    });

  it('show everything until something is chosen', () => {
    const { rows, columns } = chosen({});
    assert.equal(rows.length, 16);
    assert.equal(columns.length, 4);
  });

  it('offer what is in the report, in its order', () => {
    const choices = choicesOf(data);
    assert.deepEqual(choices.libc.slice(0, 3), ['glibc 2.31', 'glibc 2.36', 'glibc 2.41']);
    assert.deepEqual(choices.python.slice(0, 3), ['CPython 2.7', 'CPython 3.9', 'CPython 3.11']);
    assert.deepEqual(choices.verdict, ['pass', 'fail']);
  });

  it('narrow rows by Python, C library and distribution together', () => {
    const { rows } = chosen({ python: ['CPython 3.9', 'PyPy 3.6'], libc: ['glibc 2.31'] });
    assert.deepEqual(idsOf(rows), ['debian-11/cpython-3.9', 'debian-11/pypy3']);
    assert.deepEqual(idsOf(chosen({ distro: ['debian 12'] }).rows), [
      'debian-12/cpython-3.11',
      'debian-12/pypy3',
      'debian-12/cpython-3.11-musl',
    ]);
  });

  it('narrow columns by scenario', () => {
    assert.deepEqual(chosen({ scenario: ['add/os.system'] }).columns, [1]);
  });

  it('leave the rows and columns that have a chosen verdict', () => {
    const { rows, columns, matches } = chosen({ verdict: ['fail'], libc: ['glibc 2.41'] });
    assert.deepEqual(idsOf(rows), ['debian-13/cpython-3.13', 'debian-13/pypy3']);
    assert.deepEqual(columns, [2, 3]);
    assert.equal(matches((rows[0] ?? 0) * 4 + 2), true);
    assert.equal(matches((rows[0] ?? 0) * 4 + 3), false);
  });

  it('find environments by words of their facts', () => {
    const { rows } = chosen({}, { search: '  PyPy 2.41 ' });
    assert.deepEqual(idsOf(rows), ['debian-13/pypy3']);
    assert.deepEqual(chosen({}, { search: 'nowhere' }).rows, []);
  });

  it('order rows by Python', () => {
    const { rows } = chosen({}, { order: 'python' });
    assert.deepEqual(idsOf(rows).slice(0, 4), [
      'debian-11/cpython-2.7',
      'debian-11/cpython-3.9',
      'debian-11/cpython-3.9-musl',
      'debian-12/cpython-3.11',
    ]);
    assert.deepEqual(idsOf(rows).slice(-4), [
      'debian-11/pypy3',
      'debian-12/pypy3',
      'debian-13/pypy3',
      'debian-testing/pypy3',
    ]);
  });

  it('choose among 80,000 cells', () => {
    const large = pageDataOf(largeReport(2000, 40));
    const { rows } = choose(large, {
      ...initialState(),
      filters: { ...initialState().filters, verdict: ['unexpected'] },
    });
    assert.ok(rows.length > 0 && rows.length < 2000);
  });
});

describe('edges', () => {
  /** Rows such as `glibc 2.36 CPython 3.11 F` of one scenario, and the edge above each in that order. */
  function edges(first: 'libc' | 'python', ...lines: string[]) {
    const environments = lines.map((line, index) => {
      const [family = '', libc = '', implementation = '', python = ''] = line.split(' ');
      return sampleEnvironment(`e${index}`, `${family} ${libc}-1`, `${implementation} ${python}.0`);
    });
    const page = pageDataOf(
      sampleReport({
        environments,
        scenarios: ['add/os.system'],
        cells: lines.map((line, index) => ({
          environment: `e${index}`,
          scenario: 'add/os.system',
          verdict: line.endsWith('F') ? 'fail' : line.endsWith('P') ? 'pass' : 'error',
        })),
      }),
    );
    const order = page.facts.id.map((_, row) => row);
    const chosen = first === 'libc' ? order : page.byPython;
    return tableOf(page, chosen, first).edges.map(([edge]) => edge ?? '');
  }

  it('lie between C libraries where the rule is about them', () => {
    assert.deepEqual(
      edges(
        'libc',
        'glibc 2.31 CPython 3.13 F',
        'glibc 2.36 CPython 3.11 F',
        'glibc 2.41 CPython 3.11 P',
      ),
      ['', '', 'libc'],
    );
  });

  it('lie between Pythons where the rule is about them, on whatever C library', () => {
    const lines = [
      'glibc 2.31 CPython 3.9 F',
      'glibc 2.31 PyPy 3.6 P',
      'glibc 2.36 CPython 3.11 F',
    ];
    assert.deepEqual(edges('libc', ...lines), ['', 'other', 'other']);
    assert.deepEqual(edges('python', ...lines), ['', '', 'other']);
  });

  it('lie between glibc and musl where one of them fails', () => {
    const lines = [
      'glibc 2.36 CPython 3.11 P',
      'glibc 2.41 CPython 3.13 P',
      'musl 1.2.5 CPython 3.13 F',
    ];
    assert.deepEqual(edges('libc', ...lines), ['', '', 'libc']);
  });

  it('are drawn neither at inconclusive cells nor without a rule', () => {
    assert.deepEqual(
      edges(
        'libc',
        'glibc 2.36 CPython 3.11 F',
        'glibc 2.39 CPython 3.12 E',
        'glibc 2.41 CPython 3.13 P',
      ),
      ['', '', ''],
    );
    assert.deepEqual(
      edges(
        'libc',
        ...['31 F', '32 P', '33 F', '34 P', '35 F', '36 P', '37 F', '38 P'].map(
          (part) => `glibc 2.${part.replace(' ', ' CPython 3.9 ')}`,
        ),
      ),
      ['', '', '', '', '', '', '', ''],
    );
  });
});

describe('columns that are put together', () => {
  it('are marked with the symptoms of the failing cells alone, as the legend explains them', () => {
    const page = pageDataOf(
      sampleReport({
        environments: [sampleEnvironment('e', 'glibc 2.36-9', 'CPython 3.11.2')],
        scenarios: ['add/os.system', 'delete/os.system', 'churn/os.system'],
        cells: [
          { environment: 'e', scenario: 'add/os.system', verdict: 'fail' },
          {
            environment: 'e',
            scenario: 'delete/os.system',
            verdict: 'error',
            exposed: 9,
            failures: 9,
            symptoms: { crash: 9 },
          },
          { environment: 'e', scenario: 'churn/os.system', verdict: 'pass' },
        ],
      }),
    );
    const group = { name: 'os.system', columns: [0, 1, 2] };
    const html = rowHtml(tableOf(page, [0], 'libc'), 0, [group]);
    assert.match(html, /<span class="symbol">✗s 1 of 3<\/span>.*✗!✓/);
  });
});

describe('the panel and the plot', () => {
  it('show every cell of a report with every verdict', () => {
    const page = pageDataOf(largeReport(8, 8), largeReport(8, 7));
    for (let row = 0; row < page.rows; row += 1) {
      for (let column = 0; column < page.columns.length; column += 1) {
        const html = detailsHtml(page, row, column);
        assert.match(html, /<h2 id="details-title">/);
        assert.doesNotMatch(html, /undefined|NaN|null/);
      }
    }
    for (const width of [320, 900]) {
      const svg = plotHtml(page, [0, 1, 2, 3, 4, 5, 6, 7], 0, width);
      assert.doesNotMatch(svg, /undefined|NaN|null/);
      assert.equal((svg.match(/<g /g) ?? []).length, 8);
    }
  });

  it('say how many lines of evidence are elsewhere', () => {
    const page = pageDataOf(report, undefined, 0);
    const cell = page.verdicts.indexOf('f');
    const html = detailsHtml(page, Math.floor(cell / 4), cell % 4);
    assert.match(html, /1 more in report\.json/);
  });
});
