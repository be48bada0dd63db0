/** The difference of two reports in words: for a terminal, and for an issue. Pure. */
import { groupBy } from '../group-by.ts';
import { quantity } from '../text/quantity.ts';
import { shortened, visibleLine } from '../text/visible-text.ts';
import { SYMBOLS } from '../report/cell-text.ts';
import {
  isUnchanged,
  type FactChange,
  type ReportDiff,
  type RowAddition,
  type RowChange,
  type VerdictChange,
} from './diff.ts';
import { codeSpan, markdownLine } from '../text/markdown-text.ts';
import { wrapped } from '../text/wrapped.ts';

/** A heading and its lines, without any markup yet. */
interface DiffSection {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Facts that a verdict can depend on; an image's fingerprint also changes with what is beside them. */
const CAUSES = new Set(['C library', 'Python', "Python's build", 'shell']);
const LONGEST_VALUE = 120;

/**
 * The changes, the most important first: flipped verdicts with the other changes of their rows,
 * then cells that are not or newly decided, rows and columns, versions, and the run itself.
 * Sections without a line are left out.
 */
export function diffSections(diff: ReportDiff): readonly DiffSection[] {
  const kind = (wanted: VerdictChange['kind']) =>
    diff.verdicts.filter((change) => change.kind === wanted);
  const sections: DiffSection[] = [
    {
      title: 'What the verdicts depend on',
      lines: diff.rules.map(
        ({ scenario, before, after }) => `${scenario}: ${after} Before: ${before}`,
      ),
    },
    { title: 'Verdicts that flipped', lines: kind('flipped').map(flipText) },
    { title: 'No longer a pass or fail', lines: rowLines(kind('lost')) },
    { title: 'New passes and fails', lines: rowLines(kind('gained')) },
    { title: 'Still neither pass nor fail, for another reason', lines: rowLines(kind('other')) },
    { title: 'New rows', lines: diff.rows.addedFacts.map(additionText) },
    { title: 'Removed rows', lines: diff.rows.gone },
    {
      title: 'Rows that need a registry',
      lines: [
        ...leftOutLine(diff.leftOut.after, 'left out of the later run'),
        ...leftOutLine(diff.leftOut.before, 'left out of the earlier run'),
      ],
    },
    { title: 'New scenarios', lines: diff.columns.added },
    { title: 'Removed scenarios', lines: diff.columns.gone },
    { title: 'Rows that changed', lines: diff.rows.changed.map(rowText) },
    { title: 'The run itself', lines: diff.run.map(factText) },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

/** `debian-13/pypy3, add/os.system: ✓ pass 0/4610 → ✗ fail 3/4603`, without figures that were not kept. */
function changeText({ environment, scenario, before, after, counts }: VerdictChange): string {
  const [was, is] = [
    [verdictText(before), counts.before],
    [verdictText(after), counts.after],
  ].map((words) => words.filter((word) => word !== undefined).join(' '));
  return `${environment}, ${scenario}: ${was ?? ''} → ${is ?? ''}`;
}

/** As {@link changeText}, a line a row: an image that was not available changes all cells of its row. */
function rowLines(changes: readonly VerdictChange[]): readonly string[] {
  return [...groupBy(changes, ({ environment }) => environment)].map(([environment, own]) => {
    const verdicts = groupBy(
      own,
      ({ before, after }) => `${verdictText(before)} → ${verdictText(after)}`,
    );
    const texts = [...verdicts].map(
      ([change, cells]) => `${cells.map(({ scenario }) => scenario).join(', ')}: ${change}`,
    );
    return `${environment}: ${texts.join('; ')}`;
  });
}

/** The changes that accompany a flipped verdict. */
interface FlipCause {
  /**
   * - `together`: with something that a verdict can depend on.
   * - `image`: with the image only, in which nothing of that was different.
   * - `alone`: with nothing that is measured of the row.
   */
  readonly type: 'together' | 'image' | 'alone';
  /** For `together` and `alone` the end of a sentence, for `image` its own sentence. */
  readonly text: string;
}

/** The other changes of a row that can have made a verdict flip. */
export function flipCause(facts: readonly FactChange[]): FlipCause {
  const causes = facts.filter(({ name }) => CAUSES.has(name));
  if (causes.length > 0) {
    return { type: 'together', text: `together with ${causes.map(factText).join('; ')}.` };
  }
  if (facts.length > 0) {
    const others = facts.map(factText).join('; ');
    return {
      type: 'image',
      text: `The image changed, but its C library and Python did not: ${others}.`,
    };
  }
  return {
    type: 'alone',
    text: 'alone. No measured fact of this row changed, so this is noise or a discovery.',
  };
}

function flipText(change: VerdictChange): string {
  const { type, text } = flipCause(change.facts);
  return `${changeText(change)}${type === 'image' ? '.' : ','} ${text}`;
}

function rowText({ environment, facts }: RowChange): string {
  return `${environment}: ${facts.map(factText).join('; ')}`;
}

function additionText({ environment, facts }: RowAddition): string {
  const known = facts.map(({ name, value }) => `${name} ${shortened(value, LONGEST_VALUE)}`);
  return `${environment}: ${known.join('; ') || 'its image could not be probed'}`;
}

/** `shell dash 0.5.12-12 → dash 0.5.13-1`. */
export function factText({ name, before, after }: FactChange): string {
  return `${name} ${shortened(before, LONGEST_VALUE)} → ${shortened(after, LONGEST_VALUE)}`;
}

function leftOutLine(rows: readonly string[], what: string): readonly string[] {
  return rows.length === 0 ? [] : [`${quantity(rows.length, 'row')} ${what}`];
}

function verdictText(verdict: VerdictChange['before']): string {
  return `${SYMBOLS[verdict]} ${verdict}`;
}

/**
 * The first line of every form.
 *
 * @param nameRun how the id of a run is written there
 */
export function diffHeadline(diff: ReportDiff, nameRun = (id: string) => id): string {
  const flips = diff.verdicts.filter(({ kind }) => kind === 'flipped').length;
  const runs = `from run ${nameRun(diff.before)} to run ${nameRun(diff.after)}`;
  if (isUnchanged(diff)) return `Nothing changed ${runs}.`;
  if (flips === 0) return `No verdict flipped ${runs}.`;
  return `${quantity(flips, 'verdict')} flipped ${runs}.`;
}

/** The difference for an issue or a step summary. */
export function renderDiffMarkdown(diff: ReportDiff): string {
  const sections = diffSections(diff).map(
    ({ title, lines }) =>
      `## ${title}\n\n${lines.map((line) => `- ${markdownLine(line)}`).join('\n')}`,
  );
  return `${[diffHeadline(diff, codeSpan), ...sections].join('\n\n')}\n`;
}

/** The difference for a terminal of that many columns, without control characters but line breaks. */
export function renderDiffTerminal(diff: ReportDiff, width: number): string {
  const sections = diffSections(diff).map(({ title, lines }) =>
    [title, ...lines.flatMap((line) => wrapped(visibleLine(line), width, '  ', '    '))].join('\n'),
  );
  const first = wrapped(visibleLine(diffHeadline(diff)), width).join('\n');
  return `${[first, ...sections].join('\n\n')}\n`;
}
