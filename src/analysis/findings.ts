/** The findings of a report: sentences computed from its cells. Pure. */
import type { Finding, Report } from '../model.ts';
import type { Axis } from './axes.ts';
import { pointsOf, versionsAmong, witness, type Account, type Point } from './boundaries.ts';
import { quantity } from '../text/quantity.ts';
import { isControl, storiesOf, type Chapter, type Story } from './story.ts';

/** A chapter with a larger share of exceptions than this has no boundary that is worth stating. */
const MIXED = 0.25;
/** Environments named in one sentence. */
const MOST_NAMED = 5;

/**
 * States for each scenario where it reproduces and where not: boundaries along the versions of the C
 * library and of Python, with gaps between measured versions and exceptions named, and which of the
 * two axes decides, as far as the cells can tell.
 *
 * A control has a finding only where it failed. A scenario without a decided cell has none.
 */
export function computeFindings(
  report: Pick<Report, 'environments' | 'scenarios' | 'cells'>,
): Finding[] {
  const stories = storiesOf(report);
  return stories.flatMap((story) => {
    const texts = isControl(story.scenario) ? controlTexts(story) : storyTexts(story, stories);
    return texts.map((text) => ({ scenario: story.scenario.id, text }));
  });
}

function controlTexts(story: Story): string[] {
  const failing = story.chapters.flatMap(({ points }) => points.filter(({ fails }) => fails));
  if (failing.length === 0) return [];
  return [
    `This control failed in ${named(failing)}: ` +
      `nothing follows there from the scenarios that it controls.`,
  ];
}

function storyTexts(story: Story, stories: readonly Story[]): string[] {
  const total = story.failing + story.passing;
  if (total === 0) return [];
  const everywhere = story.failing === total;
  const nowhere = story.passing === total;
  const texts =
    everywhere || nowhere
      ? [uniformText(story, everywhere)]
      : merged(story.chapters).map(chapterText);
  return [...texts, ...symptomTexts(story), ...yardstickTexts(story, stories)];
}

function uniformText(story: Story, fails: boolean): string {
  const points = story.chapters.flatMap((chapter) => chapter.points);
  const where =
    points.length === 1
      ? `in ${points[0]?.environment ?? ''}`
      : `in ${fails ? 'all' : 'any of the'} ${points.length} environments that were decided`;
  const lines = (axis: Axis) =>
    [...new Set(points.map(({ place }) => place[axis].line))]
      .map(
        (line) =>
          `${line} ${range(
            axis,
            points.filter(({ place }) => place[axis].line === line),
          )}`,
      )
      .join(', ');
  const neither = variesBothWays(points) ? ' Neither the C library nor Python decides.' : '';
  const undecided = story.undecided > 0 ? ` ${undecidedText(story.undecided)}` : '';
  return (
    `${fails ? 'Reproduced' : 'Did not reproduce'} ${where}: ` +
    `${lines('libc')}, with ${lines('python')}.${neither}${undecided}`
  );
}

/**
 * Whether some Python was decided on several versions of one C library, and some C library with several
 * versions of one Python: only then have both axes been tried.
 */
function variesBothWays(points: readonly Point[]): boolean {
  return (['libc', 'python'] as const).every((axis) => {
    const other = axis === 'libc' ? 'python' : 'libc';
    const versions = new Map<string, Set<string>>();
    for (const { place } of points) {
      const key = [place[other].line, place[other].version, place[axis].line].join(' ');
      versions.set(key, (versions.get(key) ?? new Set()).add(place[axis].version));
    }
    return [...versions.values()].some(({ size }) => size > 1);
  });
}

function undecidedText(count: number): string {
  return count === 1 ? 'One more was not decided.' : `${count} more were not decided.`;
}

/** Chapters about different Pythons that come to the same are told together. */
interface Told {
  readonly libc: string;
  readonly pythons: readonly string[];
  readonly chapter: Chapter;
}

function merged(chapters: readonly Chapter[]): Told[] {
  const told: { libc: string; pythons: string[]; chapter: Chapter }[] = [];
  for (const chapter of chapters) {
    const same = told.find((one) => isSameConstant(one.chapter, chapter));
    if (same && chapter.python !== undefined) {
      same.pythons.push(chapter.python);
      same.chapter = { ...same.chapter, points: [...same.chapter.points, ...chapter.points] };
    } else {
      const pythons = chapter.python === undefined ? [] : [chapter.python];
      told.push({ libc: chapter.libc, pythons, chapter });
    }
  }
  return told;
}

function isSameConstant(a: Chapter, b: Chapter): boolean {
  const [one, other] = [a.explanation, b.explanation];
  return (
    a.libc === b.libc &&
    one.account.type === 'constant' &&
    other.account.type === 'constant' &&
    one.account.fails === other.account.fails &&
    one.exceptions.length === 0 &&
    other.exceptions.length === 0
  );
}

function chapterText({ libc, pythons, chapter }: Told): string {
  const { explanation, points } = chapter;
  const subject = pythons.length === 0 ? libc : `${listed(pythons)} on ${libc}`;
  if (explanation.exceptions.length > points.length * MIXED) {
    const failing = points.filter(({ fails }) => fails).length;
    return (
      `${subject}: reproduced in ${failing} of ${points.length} environments, ` +
      `and no version of the C library or of Python separates them from the others.`
    );
  }
  const account =
    explanation.account.type === 'constant'
      ? { ...explanation.account, points }
      : explanation.account;
  const sentences = [
    `${subject}: ${accountText(account, pythons.length > 0)}.`,
    ...boundaryTexts(account),
    account.type === 'constant' && explanation.exceptions.length === 0 && variesBothWays(points)
      ? 'Neither of the two decides.'
      : '',
    exceptionText(explanation.exceptions),
  ];
  // Two boundaries may have the same to say about what decides.
  return [...new Set(sentences)].filter((sentence) => sentence !== '').join(' ');
}

/**
 * An account as a clause, such as `reproduced from 2.31 to 2.36, not from 2.41 on (newest: 2.44)`.
 *
 * @param qualified whether versions of the C library need its name beside them, as they do after the
 *   name of a Python
 */
function accountText(account: Account, qualified: boolean): string {
  if (account.type === 'constant') return constantText(account, qualified);
  const parts = alongOneAxis(account);
  const line = account.axis === 'python' || qualified ? lineOf(account) : '';
  const where = parts.map((part, index) =>
    versionsText(account.axis, line, pointsOf(part), index === parts.length - 1),
  );
  if (parts.some((part) => part.type === 'boundary')) {
    return parts
      .map((part, index) => `${where[index] ?? ''} it ${accountText(part, true)}`)
      .join('; ');
  }
  return parts
    .map((part, index) => {
      const fails = part.type === 'constant' && part.fails;
      const verb = fails
        ? ['reproduced', 'but did', 'again'][Math.min(index, 2)]
        : ['did not reproduce', 'not'][Math.min(index, 1)];
      return `${verb ?? ''} ${where[index] ?? ''}`;
    })
    .join(', ');
}

function constantText(
  { fails, points }: Account & { type: 'constant' },
  qualified: boolean,
): string {
  const verb = fails ? 'reproduced' : 'did not reproduce';
  const line = points[0]?.place.libc.line ?? '';
  const versions = `${qualified ? `${line} ` : ''}${range('libc', points)}`;
  if (versionsAmong('libc', points).length === 1) return `${verb} with ${versions}`;
  return `${verb} with ${fails ? 'every' : 'any'} version that was decided, ${versions}`;
}

/** The parts of an account between its boundaries along one axis, from old to new. */
function alongOneAxis(account: Account & { type: 'boundary' }): Account[] {
  return [account.below, account.above].flatMap((side) =>
    side.type === 'boundary' && side.axis === account.axis ? alongOneAxis(side) : [side],
  );
}

/** `with 2.31`, `from 2.31 to 2.36`, and for the newest `from 2.41 on (newest: 2.44)`. */
function versionsText(axis: Axis, line: string, points: readonly Point[], newest: boolean): string {
  const versions = versionsAmong(axis, points);
  const [first = '', last = ''] = [versions[0], versions.at(-1)];
  const start = line === '' ? first : `${line} ${first}`;
  if (newest) return `from ${start} on (newest: ${last})`;
  return first === last ? `with ${start}` : `from ${start} to ${last}`;
}

/** What is not known about each boundary, and what decides. */
function boundaryTexts(account: Account): string[] {
  if (account.type === 'constant') return [];
  const { axis, last, first, gap } = account;
  const line = lineOf(account);
  const proof = witness(account);
  const gapText = gap ? `Nothing between ${line} ${last} and ${first} was decided.` : '';
  return [
    gapText,
    axis === 'libc' ? libcProof(proof?.python) : pythonProof(proof?.libc),
    ...boundaryTexts(account.below),
    ...boundaryTexts(account.above),
  ].filter((sentence) => sentence !== '');
}

interface Same {
  readonly line: string;
  readonly version: string;
}

function libcProof(python: Same | undefined): string {
  return python
    ? `${python.line} ${python.version} was on both sides, so the C library decides.`
    : 'No Python was decided on both sides, so these rows cannot tell whether Python decides instead.';
}

function pythonProof(libc: Same | undefined): string {
  return libc
    ? `${libc.line} ${libc.version} was on both sides, so Python decides.`
    : 'No C library was decided on both sides, so these rows cannot tell whether it decides instead.';
}

function exceptionText(exceptions: readonly Point[]): string {
  if (exceptions.length === 0) return '';
  const failing = exceptions.filter(({ fails }) => fails);
  const passing = exceptions.filter(({ fails }) => !fails);
  const clauses = [
    ...(failing.length > 0 ? [`it reproduced all the same in ${named(failing)}`] : []),
    ...(passing.length > 0 ? [`it did not reproduce in ${named(passing)}`] : []),
  ];
  return `${exceptions.length === 1 ? 'Exception' : 'Exceptions'}: ${clauses.join(', ')}.`;
}

/** What a user would not notice, or would notice as something else. */
const SYMPTOM_TEXTS: Readonly<Record<string, string>> = {
  'damaged-environment': 'children started without an error, but with a damaged environment',
  exception: 'the call raised an exception of another kind',
  crash: 'the interpreter itself crashed',
  hang: 'a call did not come back',
};

function symptomTexts({ symptoms }: Story): string[] {
  const seen = Object.entries(SYMPTOM_TEXTS).flatMap(([symptom, text]) => {
    const count = symptoms.get(symptom) ?? 0;
    return count === 0 ? [] : [`in ${quantity(count, 'environment')} ${text}`];
  });
  return seen.length === 0 ? [] : [`More than a failed start: ${seen.join('; ')}.`];
}

/**
 * The C program is the yardstick: where it fails and Python's os.system does not, the pass may come
 * from a workload that is too weak.
 */
function yardstickTexts(story: Story, stories: readonly Story[]): string[] {
  const { launcher, mutation } = story.scenario;
  if (launcher !== 'os.system') return [];
  const yardstick = stories.find(
    ({ scenario }) => scenario.launcher === 'c-system' && scenario.mutation === mutation,
  );
  const failing = new Set(
    yardstick?.chapters.flatMap(({ points }) =>
      points.filter(({ fails }) => fails).map(({ environment }) => environment),
    ),
  );
  const doubtful = story.chapters.flatMap(({ points }) =>
    points.filter((point) => !point.fails && failing.has(point.environment)),
  );
  if (doubtful.length === 0) return [];
  return [
    `The C library's own system() fails in ${named(doubtful)}, where os.system passed: ` +
      `look into these before trusting the pass.`,
  ];
}

function lineOf(account: Account & { type: 'boundary' }): string {
  return pointsOf(account)[0]?.place[account.axis].line ?? '';
}

function range(axis: Axis, points: readonly Point[]): string {
  const versions = versionsAmong(axis, points);
  const [first = '', last = ''] = [versions[0], versions.at(-1)];
  return first === last ? first : `${first} to ${last}`;
}

function named(points: readonly Point[]): string {
  const names = points.slice(0, MOST_NAMED).map(({ environment }) => environment);
  const left = points.length - names.length;
  return left > 0 ? `${names.join(', ')} and ${left} more` : listed(names);
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
