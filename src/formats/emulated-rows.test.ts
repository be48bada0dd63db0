/** Rows that an emulator ran, in every format that a person or a program reads. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { render } from '../app/render.ts';
import type { Report } from '../report/schema.ts';
import { emulatedText, markedId, platformText } from '../report/facts-text.ts';
import { sampleEnvironment, sampleReport } from '../../test/support/sample-report.ts';
import { pageDataOf } from './html/html-data.ts';
import { detailsHtml } from './html/page/details.ts';
import { factOf } from './html/page/page-data.ts';
import { renderTerminal } from './terminal/terminal.ts';

const NATIVE = 'debian-12/cpython-3.11';
const EMULATED = 'debian-12@linux-s390x/cpython-3.11';

function reportOf(): Report {
  const row = (id: string) => sampleEnvironment(id, 'glibc 2.36-9', 'CPython 3.11.2', 'debian 12');
  return sampleReport({
    environments: [
      {
        ...row(NATIVE),
        platform: { name: 'linux/amd64', pointerBits: 64, byteOrder: 'little', pageSize: 4096 },
      },
      {
        ...row(EMULATED),
        platform: { name: 'linux/s390x', pointerBits: 64, byteOrder: 'big', pageSize: 4096 },
        emulated: true,
      },
    ],
    scenarios: ['add/os.system'],
    cells: [NATIVE, EMULATED].map((environment) => ({
      environment,
      scenario: 'add/os.system',
      verdict: 'fail',
    })),
  });
}

/** The lines of a text that have the emulated row's id, and those of the other. */
function linesOf(text: string) {
  const lines = text.split('\n');
  return {
    emulated: lines.filter((line) => line.includes(EMULATED)),
    native: lines.filter((line) => line.includes(NATIVE)),
  };
}

describe('an emulated row', () => {
  it('is marked beside its id where people read, and others are not', () => {
    for (const text of [
      renderTerminal(reportOf(), { width: 200, color: false }),
      render('markdown', reportOf()),
    ]) {
      const { emulated, native } = linesOf(text);
      assert.ok(
        emulated.some((line) => /s390x\/cpython-3\.11`? \(?emulated\)?/.test(line)),
        text,
      );
      assert.ok(
        native.every((line) => !line.includes('emulated')),
        text,
      );
    }
  });

  it('is marked in the page, with the facts of its platform', () => {
    const data = pageDataOf(reportOf());
    const rows = [0, 1].map((row) => factOf(data, row, 'id'));
    const [native, emulated] = [rows.indexOf(NATIVE), rows.indexOf(EMULATED)];
    assert.equal(factOf(data, emulated, 'emulated'), 'emulated');
    assert.equal(factOf(data, native, 'emulated'), '');
    assert.match(detailsHtml(data, emulated, 0), /linux\/s390x, 64 bits, big-endian, .*emulated/);
    assert.match(detailsHtml(data, native, 0), /linux\/amd64, 64 bits, little-endian/);
  });

  it('has the facts of its platform in CSV', () => {
    const [head = '', ...lines] = render('csv', reportOf()).split('\r\n');
    const at = head.split(',').indexOf('platform');
    assert.deepEqual(head.split(',').slice(at, at + 5), [
      ...['platform', 'pointer_bits', 'byte_order', 'page_size', 'emulated'],
    ]);
    const { emulated, native } = linesOf(lines.join('\n'));
    assert.match(emulated[0] ?? '', /,linux\/s390x,64,big,4096,yes,/);
    assert.match(native[0] ?? '', /,linux\/amd64,64,little,4096,no,/);
  });

  it('has them as properties of its suite in JUnit', () => {
    const xml = render('junit', reportOf());
    for (const [name, value] of [
      ['platform.name', 'linux/s390x'],
      ['platform.pointerBits', '64'],
      ['platform.byteOrder', 'big'],
      ['platform.pageSize', '4096'],
      ['platform.emulated', 'yes'],
      ['platform.emulated', 'no'],
    ] as const) {
      assert.ok(xml.includes(`<property name="${name}" value="${value}"/>`), name);
    }
  });
});

describe('a row of an old report', () => {
  it('reads as one that was not emulated, of a platform that is not known', () => {
    const old = sampleEnvironment('e', 'glibc 2.36-9', 'CPython 3.11.2');
    assert.equal(platformText(old), undefined);
    assert.equal(emulatedText(old), undefined);
    assert.equal(markedId(old), 'e');
  });
});
