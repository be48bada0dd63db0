/** Rules in words. Pure. */
import { listInWords, shortList } from '../text/list-text.ts';
import { quantity } from '../text/quantity.ts';
import { isNextVersion } from '../text/version-order.ts';
import { COMPARISONS, type Fact } from './rules/facts.ts';
import { measuredEdges } from './rules/measured-edges.ts';
import { matches, type Condition, type Point, type Rule, type Term } from './rules/rule.ts';

/** The order of conditions in a phrase, with the word before each. */
const PHRASES: readonly (readonly [Fact, string])[] = [
  ['python', 'with'],
  ['gil', 'with'],
  ['build', 'with'],
  ['subprocess', 'where subprocess uses'],
  ['built-against', 'when built against'],
  ['libc', 'on'],
  ['distribution', 'on'],
  ['platform', 'on'],
  ['allocator', 'with'],
  ['shell', 'with'],
];

/**
 * A rule behind a verb: `on glibc 2.36 and earlier and on musl`.
 *
 * @param points the rows from which it was made
 */
export function rulePhrase(rule: Rule, points: readonly Point[]): string {
  const terms = measuredEdges(rule, points).map(termText);
  // `and` can stand inside a range as well, so that longer lists may need another word.
  const ambiguous = terms.length > 2 && terms.some((text) => text.includes(' and '));
  return listInWords(terms, ambiguous ? 'and also' : 'and');
}

function termText(term: Term): string {
  return PHRASES.flatMap(([fact, preposition]) => {
    const condition = term.find((one) => one.fact === fact);
    return condition ? [`${preposition} ${conditionText(condition)}`] : [];
  }).join(' ');
}

/** A condition without its preposition: `glibc 2.36 and earlier`, `free-threaded builds`. */
function conditionText(condition: Condition): string {
  const { level, from, to, only } = condition;
  const name = nameText(condition);
  if (level === undefined) return name;
  if (only !== undefined) return joined(name, only);
  if (from === undefined && to === undefined) return name;
  if (from === undefined) return `${joined(name, to ?? '')} and earlier`;
  if (to === undefined) return `${joined(name, from)} and later`;
  return `${joined(name, from)} to ${to}`;
}

/**
 * A rule where there is little room: `glibc ≤ 2.36, musl`.
 *
 * @param points the rows from which it was made
 */
export function shortRuleText(rule: Rule, points: readonly Point[]): string {
  return measuredEdges(rule, points)
    .map((term) => term.map(shortConditionText).join(' + '))
    .join(', ');
}

function shortConditionText(condition: Condition): string {
  const { fact, level, from, to, only } = condition;
  const name = `${fact === 'built-against' ? 'built against ' : ''}${nameText(condition)}`;
  if (level === undefined || (from === undefined && to === undefined)) return name;
  if (only !== undefined) return joined(name, only);
  if (from === undefined) return `${name} ≤ ${to ?? ''}`;
  return to === undefined ? `${name} ≥ ${from}` : `${name} ${from}–${to}`;
}

function joined(name: string, version: string): string {
  return version.startsWith(`${name} `) ? version : `${name} ${version}`;
}

/** The name before a version: `glibc`, or `Debian's glibc` for the version of a package. */
function nameText({ fact, family, packager }: Condition): string {
  const name = familyText(fact, family);
  return packager === undefined ? name : `${familyText('distribution', packager)}'s ${name}`;
}

function familyText(fact: Fact, family: string | undefined): string {
  if (family === undefined) return 'Python';
  switch (fact) {
    case 'gil':
      return family === 'free-threaded' ? 'free-threaded builds' : 'builds that have the GIL';
    case 'build':
      return `${family} builds`;
    case 'allocator':
      return family === 'default' ? "the C library's own allocator" : family;
    case 'distribution':
      return `${family.charAt(0).toUpperCase()}${family.slice(1)}`;
    default:
      return family;
  }
}

/**
 * The versions around a rule's edges between which nothing was measured, such as `glibc between 2.36 and
 * 2.41`. Neighbours without room for a version between them are left out.
 *
 * @returns an empty text if there are none
 */
export function gapsText(rule: Rule, points: readonly Point[]): string {
  const gaps = measuredEdges(rule, points).flatMap((term) =>
    term.flatMap((condition) => {
      const { fact, level, from, to } = condition;
      const { compare, ordered } = COMPARISONS[fact];
      if (level === undefined || !ordered) return [];
      const others: Rule = [term.filter((one) => one !== condition)];
      const anyVersion: Rule = [[{ ...condition, from: undefined, to: undefined }]];
      const versions = points
        .filter(({ facts }) => matches(others, facts) && matches(anyVersion, facts))
        .map(({ facts }) => facts[fact]?.levels[level] ?? '')
        .sort(compare);
      const below = versions.findLast((one) => from !== undefined && compare(one, from) < 0);
      const above = versions.find((one) => to !== undefined && compare(one, to) > 0);
      return [
        [below, from],
        [to, above],
      ].flatMap(([low, high]) =>
        low === undefined || high === undefined || isNextVersion(low, high)
          ? []
          : [{ name: nameText(condition), range: `between ${low} and ${high}` }],
      );
    }),
  );
  const distinct = gaps.filter(
    ({ name, range }, index) =>
      gaps.findIndex((other) => other.name === name && other.range === range) === index,
  );
  const texts = distinct.map(({ name, range }, index) =>
    distinct[index - 1]?.name === name ? range : `${name} ${range}`,
  );
  // Each already contains an `and`.
  return texts.length > 1
    ? `${texts.slice(0, -1).join(', ')}, and ${texts.at(-1) ?? ''}`
    : texts.join('');
}

/** Environments by name, at most five of them. */
export function namedRows(points: readonly Point[]): string {
  return namedIds(points.map(({ id }) => id));
}

/** The same for ids alone. */
export function namedIds(names: readonly string[]): string {
  return names.length > MOST_NAMED ? shortList(names, MOST_NAMED) : listInWords(names);
}

const MOST_NAMED = 5;

/** `the only environment`, `all 64 environments`. @param all the word where there are several */
export function allRows(count: number, all = 'all'): string {
  return count === 1 ? 'the only environment' : `${all} ${quantity(count, 'environment')}`;
}
