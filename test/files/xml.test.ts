/** The files that are XML, judged by libxml2. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { renderBadgeSvg } from '../../src/formats/badge.ts';
import { renderPicture } from '../../src/formats/picture/picture.ts';
import { FORMATS } from '../../src/formats/registry.ts';
import { ACTING_CHARACTERS } from '../support/hostile-report.ts';
import { referenceReport, REPORTS } from './reports.ts';
import { complaintsAbout } from './xmllint.ts';

const JUNIT_SCHEMA = fileURLToPath(new URL('junit.xsd', import.meta.url));

describe('junit.xml is valid by the schema of the format', () => {
  for (const [name, report] of Object.entries(REPORTS)) {
    it(`of ${name}`, () => {
      const xml = FORMATS.junit.render(report());
      assert.equal(complaintsAbout(xml, JUNIT_SCHEMA), '');
      for (const character of ACTING_CHARACTERS) assert.ok(!xml.includes(character));
    });
  }

  it('and the schema refuses what is not', () => {
    const xml = FORMATS.junit.render(referenceReport());
    for (const [from, to] of [
      ['<properties>', '<property>'],
      [/tests="\d+"/, 'tests="many"'],
      ['<testcase name="', '<testcase title="'],
      ['</testsuites>', '<a/></testsuites>'],
      [/timestamp="[^"]*"/, 'timestamp="yesterday"'],
    ] as const) {
      assert.notEqual(complaintsAbout(xml.replace(from, to), JUNIT_SCHEMA), '', String(from));
    }
  });
});

describe('a picture is well-formed and names nothing outside itself', () => {
  for (const [name, report] of Object.entries(REPORTS)) {
    it(`of ${name}`, () => {
      for (const svg of [renderBadgeSvg(report()), renderPicture(report())]) {
        assert.equal(complaintsAbout(svg), '');
        // Tags and the style sheet, without the words of others that stand between tags.
        const own = svg.replace(/<(text|title|desc)\b([^>]*)>[^<]*/g, '<$1$2>');
        assert.doesNotMatch(own, /<script|<image|<foreignObject|href|@import|url\((?!#)/);
        assert.doesNotMatch(own, /<!(DOCTYPE|ENTITY)/i);
      }
    });
  }
});
