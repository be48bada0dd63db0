/**
 * A report with active content in every text that can come from a container or from a foreign file.
 */
import type { Report } from '../../src/report/schema.ts';
import { sampleReport } from './sample-report.ts';

/** The payload in each text of the report: markup, handlers, links, and active characters. */
export const HOSTILE_TEXT = [
  '</script><script>window.hit=1</script>',
  '<img src=x onerror="window.hit=1">',
  '"><a href="javascript:window.hit=1">x</a>',
  `' onmouseover='window.hit=1`,
  '<svg onload="window.hit=1"><iframe srcdoc="<script>parent.hit=1</script>"></iframe>',
  '<!-- <script>',
  '<style>*{display:none}</style><link rel=stylesheet href="https://example.invalid/x.css">',
  ']]></system-out>&amp;<![CDATA[',
  '[x](javascript:window.hit=1) ![x](https://example.invalid/x.png) |',
  '\u202eright to left\u202c \u001b[31mred\u001b[0m \u001b]8;;https://example.invalid\u0007link \u0000',
  '${window.hit=1} {{constructor}} =HYPERLINK("https://example.invalid")',
].join(' ');

/** Characters of {@link HOSTILE_TEXT} that no format may pass on. */
export const ACTING_CHARACTERS = ['\u0000', '\u0007', '\u001b', '\u202c', '\u202e'] as const;

/** Everything in it is hostile that the schema leaves free. Two cells, one of which failed and one of which could not be measured. */
export function hostileReport(): Report {
  const text = HOSTILE_TEXT;
  return sampleReport(
    {
      environments: [
        {
          id: text,
          python: { implementation: text, version: text, build: text },
          libc: { name: 'glibc', version: text, package: text },
          distro: { id: text, version: text },
          shell: text,
          image: { id: text, fingerprint: text, source: text },
        },
      ],
      scenarios: [{ id: text }, { id: 'other' }],
      cells: [
        {
          environment: text,
          scenario: text,
          verdict: 'error',
          reason: text,
          evidence: [text],
          rerun: text,
        },
        { environment: text, scenario: 'other', verdict: 'fail', evidence: [text] },
      ],
      findings: [{ scenario: text, text }],
    },
    {
      id: text,
      warnings: [text],
      tool: { name: text, version: text },
      engine: { name: text, version: text, apiVersion: text, private: true },
      host: { kernel: text, arch: text, cpus: 2, memory: 1 },
      matrix: { path: text, sha256: text },
    },
  );
}
