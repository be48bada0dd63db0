/** The one sentence on top of a report, computed from its cells. Pure. */
import type { Mutation, Report } from '../model.ts';
import { pointsOf, versionsAmong, type Account } from './boundaries.ts';
import { isControl, storiesOf, type Chapter, type Story } from './story.ts';

const CHANGES: Readonly<Record<Mutation, string>> = {
  none: 'no change at all',
  add: 'adding a variable',
  delete: 'deleting a variable',
  overwrite: 'overwriting a variable',
  churn: 'adding and deleting in turn',
};

/**
 * Says what was found, in a sentence or two: where `os.system` (or else the launcher with most
 * failures) races with which change of the environment, and which launchers never failed.
 *
 * Boundaries are named by the last version that reproduces, never by the first that does not, since
 * versions between the two were not measured.
 *
 * @returns a sentence also where nothing reproduced or nothing was decided
 */
export function headline(report: Pick<Report, 'environments' | 'scenarios' | 'cells'>): string {
  const stories = storiesOf(report).filter(
    (story) => !isControl(story.scenario) && story.failing + story.passing > 0,
  );
  if (stories.length === 0) return 'Nothing was decided: no cell is a pass or a fail.';
  const failing = stories.filter((story) => story.failing > 0);
  if (failing.length === 0) {
    const cells = stories.reduce((sum, story) => sum + story.passing, 0);
    return cells === 1
      ? 'Nothing reproduced in the one cell that was decided.'
      : `Nothing reproduced in any of the ${cells} cells that were decided.`;
  }
  const subject = subjectOf(failing);
  const races = failing
    .filter(({ scenario }) => nameOf(scenario) === subject)
    .map((story) => [CHANGES[story.scenario.mutation ?? 'none'], whereText(story)] as const);
  const first =
    failing.find(({ scenario }) => nameOf(scenario) === subject)?.scenario.mutation === undefined
      ? `${subject} reproduces ${races.map(([, where]) => where).join(' and ')}.`
      : `${subject} races ${listed(byPlace(races))}.`;
  return [first, othersText(stories, subject)].filter((text) => text !== '').join(' ');
}

function nameOf(scenario: Report['scenarios'][number]): string {
  return scenario.launcher ?? scenario.id;
}

function subjectOf(failing: readonly Story[]): string {
  const counts = new Map<string, number>();
  for (const { scenario, failing: cells } of failing) {
    counts.set(nameOf(scenario), (counts.get(nameOf(scenario)) ?? 0) + cells);
  }
  if (counts.has('os.system')) return 'os.system';
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** Changes that race at the same places, told together: `with a and b everywhere`. */
function byPlace(races: readonly (readonly [string, string])[]): string[] {
  const places = new Map<string, string[]>();
  for (const [change, where] of races) places.set(where, [...(places.get(where) ?? []), change]);
  return [...places].map(([where, changes]) => `with ${listed(changes)} ${where}`);
}

function whereText(story: Story): string {
  if (story.passing === 0) {
    return story.failing === 1 ? 'in the one environment tested' : 'in every environment tested';
  }
  const places = story.chapters.flatMap(placeTexts);
  return listed([...new Set(places)]);
}

function placeTexts(chapter: Chapter): string[] {
  const { libc, python, explanation, points } = chapter;
  const who = python === undefined ? '' : ` with ${python}`;
  const failing = points.filter(({ fails }) => fails).length;
  if (failing === 0) return [];
  if (failing === points.length) return [who === '' ? `on every ${libc}` : `on ${libc}${who}`];
  const { account, exceptions } = explanation;
  if (exceptions.length > 0 || account.type === 'constant') {
    return [`in ${failing} of ${points.length} environments on ${libc}${who}`];
  }
  // The versions stand beside what they are versions of.
  const versions = versionsText(account);
  return [
    account.axis === 'libc' ? `on ${libc} ${versions}${who}` : `on ${libc}${who} ${versions}`,
  ];
}

/** Where an account without exceptions fails, such as `up to 2.36`; `in part` if in several places. */
function versionsText(account: Account & { type: 'boundary' }): string {
  const sides = [account.below, account.above] as const;
  if (sides.some((side) => side.type === 'boundary')) return 'in part';
  const [below] = sides;
  const fails = below.type === 'constant' && below.fails;
  const versions = versionsAmong(account.axis, pointsOf(fails ? below : account.above));
  return fails ? `up to ${versions.at(-1) ?? ''}` : `from ${versions[0] ?? ''} on`;
}

function othersText(stories: readonly Story[], subject: string): string {
  const others = new Map<string, number>();
  for (const { scenario, failing } of stories) {
    const name = nameOf(scenario);
    if (name !== subject) others.set(name, (others.get(name) ?? 0) + failing);
  }
  if (others.size === 0) return '';
  const safe = [...others].filter(([, failing]) => failing === 0).map(([name]) => name);
  return safe.length === 0
    ? 'Everything else that was tested fails somewhere, too.'
    : `Never seen to fail: ${listed(safe)}.`;
}

function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
