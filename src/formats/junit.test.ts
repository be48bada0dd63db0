import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { render } from '../app/render.ts';
import { hasPython, readByPython } from '../../test/support/read-by-python.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from '../../test/support/sample-report.ts';

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
}

/** Reads XML with the parser of Python's standard library, which is expat. */
function readBack(xml: string): Element {
  const program =
    'import json, sys, xml.etree.ElementTree as t\n' +
    'def f(e): return {"tag": e.tag, "attributes": e.attrib, "text": e.text or "",' +
    ' "children": [f(c) for c in e]}\n' +
    'sys.stdout.write(json.dumps(f(t.fromstring(sys.stdin.buffer.read()))))';
  return readByPython(program, xml) as Element;
}

const childrenOf = (element: Element | undefined, tag: string) =>
  element?.children.filter((child) => child.tag === tag) ?? [];

describe('junit.xml', { skip: hasPython ? false : 'there is no python3 to read it back' }, () => {
  it('has a suite for each environment, with its facts, and a case for each scenario', () => {
    const report = defaultGroupReport();
    const suites = childrenOf(readBack(render('junit', report)), 'testsuite');
    assert.equal(suites.length, report.environments.length);
    const suite = suites.find(({ attributes }) => attributes['name'] === 'debian-13/pypy3');
    const properties = childrenOf(childrenOf(suite, 'properties')[0], 'property');
    assert.ok(
      properties.some(
        ({ attributes }) =>
          attributes['name'] === 'libc.package' && attributes['value'] === 'libc6 2.41-12',
      ),
    );
    assert.deepEqual(
      childrenOf(suite, 'testcase').map(({ attributes }) => attributes['name']),
      report.scenarios.map(({ id }) => id),
    );
  });

  it('counts what is expected as a success, be it a failure of the call', () => {
    const root = readBack(render('junit', defaultGroupReport()));
    assert.equal(root.attributes['tests'], '64');
    assert.equal(root.attributes['failures'], '0');
    assert.equal(root.attributes['errors'], '0');
  });

  it('counts no inconclusive or unmeasured cell as a success', () => {
    const scenarios = ['fail', 'pass', 'inconclusive', 'error', 'skipped'] as const;
    const report = sampleReport({
      environments: [sampleEnvironment('e', 'glibc 2.36-9', 'CPython 3.11.2')],
      scenarios: [...scenarios.map((id) => ({ id })), { id: 'missing' }],
      cells: scenarios.map((verdict) => ({
        environment: 'e',
        scenario: verdict,
        verdict,
        expected: 'pass',
      })),
    });
    const root = readBack(render('junit', report));
    const [suite] = childrenOf(root, 'testsuite');
    const outcomes = childrenOf(suite, 'testcase').map(({ attributes, children }) => [
      attributes['name'],
      children.map(({ tag }) => tag).filter((tag) => tag !== 'system-out'),
    ]);
    assert.deepEqual(outcomes, [
      ['fail', ['failure']],
      ['pass', []],
      ['inconclusive', ['error']],
      ['error', ['error']],
      ['skipped', ['skipped']],
      ['missing', ['error']],
    ]);
    const { tests, failures, errors, skipped } = suite?.attributes ?? {};
    assert.deepEqual([tests, failures, errors, skipped], ['6', '1', '3', '1']);
  });

  it('carries the evidence and how to see it again', () => {
    const [suite] = childrenOf(readBack(render('junit', defaultGroupReport())), 'testsuite');
    const text = childrenOf(suite, 'testcase')[1]?.children.find(
      ({ tag }) => tag === 'system-out',
    )?.text;
    assert.match(text ?? '', /failures: 312 of 1204 exposed calls/);
    assert.match(text ?? '', /EFAULT \(Bad address\)/);
    assert.match(text ?? '', /rerun: matrix rerun/);
  });

  it('is XML whatever a container wrote', () => {
    const hostile = '\u0000\u001b[31m]]><system-out>&amp;\ufffe\ud800 \u202e<![CDATA[';
    const report = sampleReport(
      {
        environments: [sampleEnvironment(`e"<`, 'glibc 2.36-9', 'CPython 3.11.2')],
        scenarios: [{ id: 's&' }],
        cells: [
          {
            environment: `e"<`,
            scenario: 's&',
            verdict: 'error',
            reason: hostile,
            evidence: [hostile],
          },
        ],
      },
      { id: hostile },
    );
    const [suite] = childrenOf(readBack(render('junit', report)), 'testsuite');
    assert.equal(suite?.attributes['name'], 'e"<');
    const [testCase] = childrenOf(suite, 'testcase');
    assert.match(childrenOf(testCase, 'error')[0]?.attributes['message'] ?? '', /␀␛\[31m\]\]></);
    assert.match(childrenOf(testCase, 'system-out')[0]?.text ?? '', /<!\[CDATA\[/);
  });

  it('holds a large report', () => {
    const root = readBack(render('junit', largeReport(200, 20)));
    assert.equal(root.attributes['tests'], '4000');
  });
});
