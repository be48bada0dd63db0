/** picture.svg: the table as a picture, for a README, where report.html cannot be shown. Pure. */
import { create } from 'xmlbuilder2';
import type { Cell, Report, ReportEnvironment } from '../../report/schema.ts';
import { countText, expectationText, markOf, rateText } from '../../report/cell-text.ts';
import { gridOf, headLines, type GridRow } from '../../report/grid.ts';
import { headline } from '../../analysis/headline.ts';
import {
  addLaunchers,
  launcherTableOf,
  launcherTableHeight,
  type LauncherTable,
} from './launcher-table.ts';
import { pictureStyle } from './picture-colors.ts';
import { addLine, addText, LINE, PADDING, ROW } from './shapes.ts';
import { legend, reportTitle, summaryText } from '../../report/run-text.ts';
import { edgeBetween, ruleSides, type Edge } from '../../analysis/edges.ts';
import { analyseScenarios, byWeight } from '../../analysis/scenario-analysis.ts';
import { quantityIs } from '../../text/quantity.ts';
import { shortened } from '../../text/visible-text.ts';
import { xmlLine, type XmlElement } from '../../text/xml-text.ts';
import { emulationMark, libcText, pythonText } from '../../report/facts-text.ts';

/** A README is no place for more; what is left out is counted below the table. */
export const MOST_ROWS = 60;
export const MOST_COLUMNS = 8;

/** Pixels. */
const HEAD = 42;
/**
 * Pixels of a character, on the generous side: which font draws it is not known, and text that is wider
 * than its column would be cut off or lie over its neighbour.
 */
const CHARACTER = {
  /** In 13-pixel text. */
  plain: 7.4,
  /** Names of rows, heads of columns and counts in the same size. */
  bold: 8,
  /** In the title, of 16 pixels. */
  title: 9.2,
} as const;
const LONGEST_ID = 48;
const LONGEST_NAME = 26;

/** Where everything stands, in pixels. */
interface PictureLayout {
  /** Upper edge of the lines below the table. */
  readonly belowTop: number;
  /** Upper edge of the first launcher. */
  readonly launchersTop: number;
  /** Left edge of the first column of cells. */
  readonly left: number;
  /** Upper edge of the first row. */
  readonly top: number;
  /** Width of a column of cells. */
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
}

/** The drawn parts: the table, reduced to the space of a README, and the text around it. */
interface Drawing {
  readonly rows: readonly GridRow[];
  readonly columns: Report['scenarios'];
  readonly edges: readonly (readonly Edge[])[];
  /** The table of launchers below the other one; without rows where that one has all scenarios. */
  readonly launchers: LauncherTable;
  readonly above: readonly string[];
  readonly below: readonly string[];
}

/** What of a report is drawn cell by cell. */
interface Detail {
  readonly environment: (id: string) => boolean;
  readonly scenario: (id: string) => boolean;
}

const EVERYTHING: Detail = { environment: () => true, scenario: () => true };

/**
 * Draws the table as SVG: a symbol, `k/n` and the rate or its bound in each cell, as in the other
 * formats; hatched where nothing was decided; a line where the scenario's rule has its edge along
 * the C library or, dashed, along another fact; a frame around unexpected verdicts.
 *
 * At most {@link MOST_ROWS} rows and {@link MOST_COLUMNS} columns are drawn, the most informative
 * columns; the picture states how many are left out, and counts the verdicts of all. Where scenarios
 * are left out, a second table has a row for each launcher, with all environments put together.
 *
 * @param detail the rows and columns to draw, before those limits; all if absent
 */
export function renderPicture(report: Report, detail: Detail = EVERYTHING): string {
  const drawing = drawingOf(report, detail);
  const layout = layoutOf(drawing);
  const { width, height } = layout;
  const svg = create({ version: '1.0', encoding: 'UTF-8' }).ele('svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-labelledby': 'title desc',
  });
  svg.ele('title', { id: 'title' }).txt(xmlLine(reportTitle(report)));
  svg.ele('desc', { id: 'desc' }).txt(xmlLine(`${headline(report)} ${summaryText(report)}.`));
  svg.ele('style').txt(pictureStyle());
  addHatching(svg);
  const frame = { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 10 };
  svg.ele('rect', { class: 'card', ...frame });
  for (const [index, line] of drawing.above.entries()) {
    const style = index === 0 ? 'title' : 'muted small';
    addText(svg, style, PADDING, PADDING + 14 + index * LINE, line);
  }
  addHeads(svg, drawing, layout);
  for (const [y, row] of drawing.rows.entries()) addRow(svg, row, y, layout);
  // After all cells, so that no cell lies over a line.
  for (const [y, edges] of drawing.edges.entries()) addEdges(svg, edges, y, layout);
  addLaunchers(svg, drawing.launchers, layout);
  for (const [index, line] of drawing.below.entries()) {
    addText(svg, 'muted small', PADDING, layout.belowTop + LINE * (index + 1) + 4, line);
  }
  return `${svg.end({ prettyPrint: true })}\n`;
}

function drawingOf(report: Report, detail: Detail): Drawing {
  const grid = gridOf(report);
  const analyses = analyseScenarios(report);
  const places = byWeight(analyses)
    .filter((x) => detail.scenario(grid.columns[x]?.id ?? ''))
    .slice(0, MOST_COLUMNS)
    .sort((a, b) => a - b);
  const rows = grid.rows
    .filter(({ environment }) => detail.environment(environment.id))
    .slice(0, MOST_ROWS)
    .map(({ environment, cells }) => ({ environment, cells: places.map((x) => cells[x]) }));
  const columns = places.flatMap((x) => grid.columns[x] ?? []);
  const sides = places.map((x) => analyses[x] && ruleSides(analyses[x]));
  return {
    rows,
    columns,
    launchers: launcherTableOf(columns.length < grid.columns.length ? report : undefined),
    edges: rows.map(({ environment }, y) =>
      sides.map((own) =>
        edgeBetween(own?.get(rows[y - 1]?.environment.id ?? ''), own?.get(environment.id)),
      ),
    ),
    above: [
      reportTitle(report),
      ...legend(report),
      'A line above a cell: the rule has its edge here, along the C library; dashed: along another fact.',
    ],
    below: [
      ...leftOut(grid.rows.length - rows.length, 'environment'),
      ...leftOut(grid.columns.length - columns.length, 'scenario'),
      `${summaryText(report)} · run ${report.run.id} of ${report.run.startedAt.slice(0, 10)}`,
    ],
  };
}

function leftOut(count: number, what: string): string[] {
  return count === 0 ? [] : [`${quantityIs(count, `more ${what}`)} in the report.`];
}

function layoutOf({ rows, columns, launchers, above, below }: Drawing): PictureLayout {
  const widest = (texts: readonly string[], least: number, character: number = CHARACTER.plain) =>
    Math.ceil(texts.reduce((most, text) => Math.max(most, text.length), least) * character);
  const ids = [
    ...rows.map(({ environment }) => idOf(environment)),
    ...launchers.rows.map(({ launcher }) => launcher),
  ];
  const facts = [
    ...rows.map(({ environment }) => factsOf(environment)),
    ...launchers.rows.map(({ mechanism }) => mechanism),
  ];
  const left = PADDING + Math.max(widest(ids, 20, CHARACTER.bold), widest(facts, 0)) + 12;
  const pitch =
    widest(
      columns.flatMap((column) => [...namesOf(column), mechanismOf(column)]),
      13,
      CHARACTER.bold,
    ) + 20;
  const [title = '', ...notes] = [...above, ...below];
  const words = Math.max(widest([title], 0, CHARACTER.title), widest(notes, 0)) + 2 * PADDING;
  const hasMechanisms = columns.some(({ mechanism }) => mechanism !== undefined);
  const top = PADDING + 14 + above.length * LINE + HEAD + (hasMechanisms ? LINE : 0);
  const launchersTop = top + rows.length * ROW;
  const belowTop = launchersTop + launcherTableHeight(launchers);
  const widestRow = Math.max(columns.length, launchers.changes.length);
  return {
    left,
    top,
    pitch,
    launchersTop,
    belowTop,
    width: Math.ceil(Math.max(left + widestRow * pitch + PADDING, words)),
    height: belowTop + below.length * LINE + PADDING,
  };
}

function idOf({ id }: ReportEnvironment): string {
  return shortened(xmlLine(id), LONGEST_ID);
}

function factsOf(environment: ReportEnvironment): string {
  const facts = [libcText(environment), pythonText(environment), emulationMark(environment)].filter(
    (fact) => fact !== '?' && fact !== '',
  );
  return facts.length === 0
    ? 'no facts were measured'
    : shortened(xmlLine(facts.join(' · ')), LONGEST_ID);
}

/** The two lines of a column's head: `add` above `os.system`. */
function namesOf({ id }: Report['scenarios'][number]): string[] {
  return headLines(id).map((text) => shortened(xmlLine(text), LONGEST_NAME));
}

/** The mechanism of the column's launcher; empty if the report does not state it. */
function mechanismOf({ mechanism = '' }: Report['scenarios'][number]): string {
  return shortened(xmlLine(mechanism), LONGEST_NAME);
}

function addHatching(svg: XmlElement): void {
  const size = { width: 8, height: 8 };
  const place = { patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' };
  const pattern = svg.ele('pattern', { id: 'hatching', ...size, ...place });
  pattern.ele('rect', { class: 'none', ...size });
  pattern.ele('line', { class: 'stripe', x1: 0, x2: 0, y1: 0, y2: 8, 'stroke-width': 4 });
}

function addHeads(
  svg: XmlElement,
  { columns }: Drawing,
  { left, top, pitch, width }: PictureLayout,
): void {
  for (const [x, column] of columns.entries()) {
    const [mutation = '', launcher = ''] = namesOf(column);
    addText(svg, 'bold', left + x * pitch + 10, top - 24, mutation);
    addText(svg, 'muted small', left + x * pitch + 10, top - 8, launcher);
    // Above the other two, so that heads without it stay where they are.
    addText(svg, 'muted small', left + x * pitch + 10, top - 42, mechanismOf(column));
  }
  if (columns.length > 0) addLine(svg, 'line', PADDING, width - PADDING, top);
}

function addRow(
  svg: XmlElement,
  { environment, cells }: GridRow,
  y: number,
  layout: PictureLayout,
): void {
  const { left, top, pitch, width } = layout;
  const upper = top + y * ROW;
  addText(svg, 'bold', PADDING, upper + 17, idOf(environment));
  addText(svg, 'muted small', PADDING, upper + 32, factsOf(environment));
  for (const [x, cell] of cells.entries()) addCell(svg, cell, left + x * pitch, upper, pitch);
  addLine(svg, 'line', PADDING, width - PADDING, upper + ROW);
}

function addCell(
  svg: XmlElement,
  cell: Cell | undefined,
  x: number,
  y: number,
  pitch: number,
): void {
  const verdict = cell?.verdict ?? 'missing';
  const kind = verdict === 'pass' || verdict === 'fail' ? verdict : 'none';
  const fill = kind === 'none' ? { fill: 'url(#hatching)' } : { class: kind };
  svg.ele('rect', { ...fill, x: x + 1, y: y + 1, width: pitch - 2, height: ROW - 2 });
  const count = `${markOf({ ...cell, verdict })} ${(cell && countText(cell)) ?? verdict}`;
  const notes = cell ? [rateText(cell), expectationText(cell)] : [];
  const note = notes.filter((text) => text !== undefined).join('  ');
  if (kind === 'none') {
    // Text on hatching is hard to read without its own ground.
    const longest = Math.max(count.length * CHARACTER.bold, note.length * CHARACTER.plain) + 8;
    const ground = { x: x + 6, y: y + 5, width: Math.min(longest, pitch - 12), height: ROW - 10 };
    svg.ele('rect', { class: 'none', ...ground, rx: 4 });
  }
  addText(svg, `bold on-${kind}`, x + 10, note === '' ? y + 25 : y + 18, count);
  if (note !== '') addText(svg, `small on-${kind}`, x + 10, y + 32, note);
  if (cell && expectationText(cell) !== undefined) {
    svg.ele('rect', { class: 'mark', x: x + 2, y: y + 2, width: pitch - 4, height: ROW - 4 });
  }
}

function addEdges(svg: XmlElement, edges: readonly Edge[], y: number, layout: PictureLayout): void {
  for (const [x, edge] of edges.entries()) {
    if (edge === undefined) continue;
    const start = layout.left + x * layout.pitch;
    const style = edge === 'other' ? 'edge dashed' : 'edge';
    addLine(svg, style, start, start + layout.pitch, layout.top + y * ROW);
  }
}
