import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Script } from 'node:vm';
import { loadPageAssets } from '../../app/page-assets.ts';
import { policyHash } from './html-parts.ts';
import { render } from '../../app/render.ts';
import { ACTING_CHARACTERS, hostileReport } from '../../../test/support/hostile-report.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from '../../../test/support/sample-report.ts';

const { script, style } = loadPageAssets();

/** The page without its own style and script, in which tags may be written about. */
function markup(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<script>[\s\S]*?<\/script>/, '')
    .replace(/<script type="application\/json"[\s\S]*?<\/script>/, '');
}

describe('report.html', () => {
  it('has a real table with heads for rows and columns, also without a script', () => {
    const report = defaultGroupReport();
    const table = /<table id="table"[\s\S]*?<\/table>/.exec(render('html', report))?.[0] ?? '';
    assert.equal((table.match(/<th scope="row">/g) ?? []).length, 16);
    assert.equal((table.match(/<th scope="col"/g) ?? []).length, 5);
    assert.equal((table.match(/<td /g) ?? []).length, 64);
    assert.match(table, /<caption/);
    assert.match(table, /aria-label="fail, spawn-error, ✗s 312\/1204, 26 %"/);
  });

  it('says on top what was found, and before the table what a reader must know', () => {
    const html = markup(
      render('html', {
        ...defaultGroupReport(),
        run: {
          ...defaultGroupReport().run,
          warnings: ['This host may be unable to show the race.'],
        },
      }),
    );
    const places = [
      '<h1>os.system races with',
      'This host may be unable to show',
      '<table id="table"',
    ].map((text) => html.indexOf(text));
    assert.ok(places.every((place) => place > 0));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
  });

  it('draws an edge where the rule has one along the C library, and one along Python', () => {
    const html = render('html', defaultGroupReport());
    const row = (id: string) =>
      new RegExp(`<tr data-row[^>]*><th scope="row"><span class="id">${id}<.*`).exec(html)?.[0] ??
      '';
    assert.equal((row('debian-13/<wbr>cpython-3.13').match(/edge-libc/g) ?? []).length, 1);
    assert.match(row('debian-12/<wbr>pypy3'), /v-f edge-other/);
    // Only adding and overwriting have a rule, and both separate musl from glibc.
    const musl = row('debian-11/<wbr>cpython-3.9-musl');
    assert.equal((musl.match(/edge-libc/g) ?? []).length, 2);
    assert.doesNotMatch(row('debian-12/<wbr>cpython-3.11-musl'), /edge-/);
  });

  it('loads nothing and runs nothing but its own script', () => {
    const html = render('html', defaultGroupReport());
    assert.ok(html.includes(policyHash(script).replaceAll("'", '&#39;')));
    assert.ok(html.includes(policyHash(style).replaceAll("'", '&#39;')));
    assert.match(html, /default-src &#39;none&#39;/);
    assert.doesNotMatch(markup(html), /\b(src|href|srcset|action)=|style="|url\(|\bon\w+=/);
    assert.doesNotMatch(style, /url\(|@import/);
  });

  it('has a script that is one, without what only modules may hold', () => {
    assert.doesNotMatch(script, /^\s*(import|export)\b/m);
    assert.doesNotMatch(script, /<\/script|<!--/i);
    assert.ok(new Script(script) instanceof Script);
  });

  it('lets nothing that a container wrote come alive', () => {
    const html = render('html', hostileReport(), defaultGroupReport());
    assert.equal((html.match(/<script/gi) ?? []).length, 2);
    assert.equal((html.match(/<\/script/gi) ?? []).length, 2);
    assert.doesNotMatch(html, /<img|<a |<!-- </i);
    for (const character of ACTING_CHARACTERS) assert.ok(!html.includes(character));
    for (const tag of markup(html).match(/<[a-z][^>]*>/gi) ?? []) {
      assert.doesNotMatch(tag.replaceAll(/"[^"]*"/g, '""'), /onmouseover|onerror|javascript/, tag);
    }
  });

  it('marks what is unexpected and what changed, in words as well', () => {
    const report = defaultGroupReport();
    const flipped = report.cells.map((cell) =>
      cell.environment === 'debian-13/pypy3' && cell.scenario === 'add/os.system'
        ? { ...cell, verdict: 'fail' as const, failures: 3, symptoms: { 'spawn-error': 3 } }
        : cell,
    );
    const html = render('html', { ...report, cells: flipped }, report);
    assert.match(html, /class="v-f[^"]* unexpected changed"/);
    assert.match(html, /aria-label="fail, [^"]*, ≠ pass, was ✓ pass, not as expected"/);
    assert.match(markup(html), /<h3>Verdicts that flipped<\/h3><ul><li>debian-13\/pypy3, add\//);
  });

  it('gives the reason of an inconclusive cell', () => {
    const report = sampleReport({
      environments: [sampleEnvironment('e', 'glibc 2.36-9', 'CPython 3.11.2')],
      scenarios: ['add/os.system'],
      cells: [
        {
          environment: 'e',
          scenario: 'add/os.system',
          verdict: 'error',
          reason: 'the engine left',
        },
      ],
    });
    assert.match(markup(render('html', report)), /<h2 id="reasons-title">[\s\S]*the engine left/);
  });

  it('can be empty', () => {
    const html = render('html', sampleReport({ environments: [], scenarios: [], cells: [] }));
    assert.match(html, /There is nothing in this report/);
  });

  it('holds 80,000 cells in less than 10 MB', () => {
    const html = render('html', largeReport(2000, 40));
    assert.ok(Buffer.byteLength(html) < 10e6, `${Buffer.byteLength(html)} bytes`);
  });

  it('holds 80,000 cells with much evidence in less than 10 MB', () => {
    const report = largeReport(2000, 40);
    const cells = report.cells.map((cell, index) => ({
      ...cell,
      evidence: Array.from(
        { length: 8 },
        (_, line) => `${index} ${line} ${'0123456789'.repeat(12)}`,
      ),
    }));
    const html = render('html', { ...report, cells });
    assert.ok(Buffer.byteLength(html) < 10e6, `${Buffer.byteLength(html)} bytes`);
  });
});
