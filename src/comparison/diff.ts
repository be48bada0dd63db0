/** The changes between two reports, and their possible causes. Pure. */
import { ruleKey, ruleSentence } from '../analysis/findings.ts';
import { analyseScenarios } from '../analysis/scenario-analysis.ts';
import type { Verdict } from '../model.ts';
import { engineText, hostText } from '../report/run-text.ts';
import { orderEnvironments } from '../report/order.ts';
import { homePlatform, seenFrom } from '../report/seen-from.ts';
import type { SnapshotRow, Snapshot } from './snapshot.ts';
import { distroText, pythonText } from '../report/facts-text.ts';
import { cellKey } from '../report/cell-key.ts';
import { isConclusive } from '../report/summary.ts';

/** A measured fact with its values before and after; `?` where it was not known. */
export interface FactChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The verdict of one cell before and after; `missing` where that report has the row and column but no cell. */
export interface VerdictChange {
  readonly environment: string;
  readonly scenario: string;
  readonly before: Verdict | 'missing';
  readonly after: Verdict | 'missing';
  /** Failures of exposed calls, as `3/4603`; only of a verdict that is decided, and whose figures were kept. */
  readonly counts: { readonly before?: string | undefined; readonly after?: string | undefined };
  /**
   * - `flipped`: from pass to fail or the reverse.
   * - `lost`: was decided and is not any more.
   * - `gained`: is decided and was not before.
   * - `other`: decided neither before nor after.
   */
  readonly kind: 'flipped' | 'lost' | 'gained' | 'other';
  /** The other changes of the row; without any, a flip is noise or a discovery. */
  readonly facts: readonly FactChange[];
}

/** A row that is in both reports and whose facts changed. */
export interface RowChange {
  readonly environment: string;
  readonly facts: readonly FactChange[];
}

/** A row that only the later report has, with what a verdict can depend on. */
export interface RowAddition {
  readonly environment: string;
  /** None if the image could not be asked. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** Everything that two reports differ in, apart from figures. */
export interface ReportDiff {
  readonly before: string;
  readonly after: string;
  /** Host, engine, rule, program and matrix. */
  readonly run: readonly FactChange[];
  readonly verdicts: readonly VerdictChange[];
  readonly rows: {
    readonly added: readonly string[];
    /** The measured facts of the added ones, in the same order. */
    readonly addedFacts: readonly RowAddition[];
    readonly gone: readonly string[];
    readonly changed: readonly RowChange[];
  };
  /** Rows that one of the two left out, because no registry answered; no change of the matrix. */
  readonly leftOut: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly columns: { readonly added: readonly string[]; readonly gone: readonly string[] };
  /** Scenarios that depend on something else than before, by the rows that are not gone. */
  readonly rules: readonly RuleChange[];
}

/** Where a scenario fails and passes, in a sentence each. */
interface RuleChange {
  readonly scenario: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Compares two reports, or records of them, cell by cell. Rows and columns are the same if their
 * ids are, seen from the later one's host; cells of rows and columns that only one of the two has
 * are no verdict changes.
 */
export function diffReports(earlier: Snapshot, after: Snapshot): ReportDiff {
  const before = seenFrom(earlier, homePlatform(after.run));
  const rows = matched(before.environments, after.environments);
  const columns = matched(before.scenarios, after.scenarios);
  const leftOut = {
    before: rows.added.filter(among(before.run.leftOut)),
    after: rows.gone.filter(among(after.run.leftOut)),
  };
  const added = rows.added.filter((id) => !leftOut.before.includes(id));
  const old = new Map(before.environments.map((environment) => [environment.id, environment]));
  const common = orderEnvironments(rows.both);
  const changed = common.flatMap((environment): RowChange[] => {
    const facts = rowFactChanges(old.get(environment.id) ?? environment, environment);
    return facts.length === 0 ? [] : [{ environment: environment.id, facts }];
  });
  return {
    before: before.run.id,
    after: after.run.id,
    run: runFactChanges(before.run, after.run),
    verdicts: verdictChanges(
      [before, after],
      common.map(({ id }) => id),
      columns.both.map(({ id }) => id),
      new Map(changed.map(({ environment, facts }) => [environment, facts])),
    ),
    rows: {
      added,
      addedFacts: after.environments
        .filter(({ id }) => added.includes(id))
        .map((environment) => ({ environment: environment.id, facts: knownFacts(environment) })),
      gone: rows.gone.filter((id) => !leftOut.after.includes(id)),
      changed,
    },
    leftOut,
    columns: { added: columns.added, gone: columns.gone },
    rules: ruleChanges(before, after, new Set(common.map(({ id }) => id))),
  };
}

/** Whether a row is one that a run left out. */
function among(leftOut: Snapshot['run']['leftOut'] = []): (id: string) => boolean {
  const ids = new Set(leftOut.flatMap(({ environments }) => environments));
  return (id) => ids.has(id);
}

/** @param kept ids of the rows that both have; removed rows change no rule */
function ruleChanges(before: Snapshot, after: Snapshot, kept: ReadonlySet<string>): RuleChange[] {
  // The later one's scenarios, so that both have the same words if the earlier one has few facts.
  const { scenarios } = after;
  const environments = before.environments.filter(({ id }) => kept.has(id));
  const earlier = analyseScenarios({ ...before, environments, scenarios });
  return analyseScenarios(after).flatMap((analysis, index): RuleChange[] => {
    const old = earlier[index];
    if (!old) return [];
    // Only rules are worth comparing: other sentences count rows, of which there may be more now.
    const { type } = analysis.outcome;
    if (old.outcome.type === type && type !== 'separated') return [];
    if (ruleKey(old) === ruleKey(analysis)) return [];
    const [was, is] = [ruleSentence(old), ruleSentence(analysis)];
    if (was === '' || is === '') return [];
    return [{ scenario: analysis.scenario.id, before: was, after: is }];
  });
}

/** Whether nothing changed but figures, and what a run always changes about itself. */
export function isUnchanged({ verdicts, rows, columns }: ReportDiff): boolean {
  return [verdicts, rows.added, rows.gone, rows.changed, columns.added, columns.gone].every(
    (changes) => changes.length === 0,
  );
}

/** The later one's rows or columns that both have, and the ids of the others. */
function matched<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]) {
  const old = new Set(before.map(({ id }) => id));
  const young = new Set(after.map(({ id }) => id));
  return {
    both: after.filter(({ id }) => old.has(id)),
    added: after.filter(({ id }) => !old.has(id)).map(({ id }) => id),
    gone: before.filter(({ id }) => !young.has(id)).map(({ id }) => id),
  };
}

function verdictChanges(
  [before, after]: readonly [Snapshot, Snapshot],
  environments: readonly string[],
  scenarios: readonly string[],
  facts: ReadonlyMap<string, readonly FactChange[]>,
): VerdictChange[] {
  const [old, young] = [verdictsByPlace(before), verdictsByPlace(after)];
  const conclusiveOnly = before.conclusiveOnly === true || after.conclusiveOnly === true;
  return environments.flatMap((environment) =>
    scenarios.flatMap((scenario): VerdictChange[] => {
      const key = cellKey(environment, scenario);
      const [past, present] = [old.get(key), young.get(key)];
      const was = past?.verdict ?? 'missing';
      const is = present?.verdict ?? 'missing';
      const kind = kindOf(isConclusive(was), isConclusive(is));
      if (was === is || (conclusiveOnly && kind === 'other')) return [];
      return [
        {
          environment,
          scenario,
          before: was,
          after: is,
          counts: { before: countOf(past), after: countOf(present) },
          kind,
          facts: facts.get(environment) ?? [],
        },
      ];
    }),
  );
}

function kindOf(was: boolean, is: boolean): VerdictChange['kind'] {
  if (was && is) return 'flipped';
  return was ? 'lost' : is ? 'gained' : 'other';
}

type SnapshotCell = Snapshot['cells'][number];

function countOf(cell: SnapshotCell | undefined): string | undefined {
  if (!cell || !isConclusive(cell.verdict) || cell.exposed === undefined) return undefined;
  return `${cell.failures ?? 0}/${cell.exposed}`;
}

function verdictsByPlace({ cells }: Snapshot): ReadonlyMap<string, SnapshotCell> {
  return new Map(cells.map((cell) => [cellKey(cell.environment, cell.scenario), cell]));
}

/**
 * The differences of a row, in the order in which a verdict may depend on them. A fact that only
 * one of the two has is a change to or from `?`; an image that only one of the two has is no
 * change.
 */
export function rowFactChanges(before: SnapshotRow, after: SnapshotRow): readonly FactChange[] {
  return factChanges(comparableFacts(before), comparableFacts(after)).filter(
    (change) => change.name !== 'image' || isKnown(change),
  );
}

function isKnown({ before, after }: FactChange): boolean {
  return before !== UNKNOWN && after !== UNKNOWN;
}

const UNKNOWN = '?';

type Facts = readonly (readonly [name: string, value: string | undefined])[];

function comparableFacts(environment: SnapshotRow): Facts {
  const { libc, python, distro, shell, image } = environment;
  return [
    ['C library', libc && `${libc.name} ${libc.version}, ${libc.package}`],
    ['Python', python && pythonText(environment)],
    ["Python's build", python?.build],
    ['distribution', distro && distroText(environment)],
    ['shell', shell],
    ['image', image?.fingerprint.slice(0, 12)],
  ];
}

/** The first of a row's facts, as far as they were measured: its C library with the package, its Python. */
function knownFacts(environment: SnapshotRow): RowAddition['facts'] {
  return comparableFacts(environment)
    .slice(0, 2)
    .flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/**
 * The differences between the circumstances of two runs. A value that only one of the two has is no
 * change.
 */
export function runFactChanges(
  before: Snapshot['run'],
  after: Snapshot['run'],
): readonly FactChange[] {
  return factChanges(runFacts(before), runFacts(after)).filter(isKnown);
}

function runFacts(run: Snapshot['run']): Facts {
  const { host, hosts = [], engine, rule, tool, matrix, source } = run;
  return [
    ['host', host && hostText({ host, hosts })],
    ['engine', engine && engineText({ engine, hosts })],
    ['confidence', rule && String(rule.confidence)],
    ['bound of a pass', rule && String(rule.maxRate)],
    ['program', tool && `${tool.name} ${tool.version}`],
    ['reproduction', host && (source?.text ?? "the matrix's own")],
    ['matrix', matrix && `${matrix.path} ${matrix.sha256.slice(0, 12)}`],
  ];
}

function factChanges(before: Facts, after: Facts): FactChange[] {
  return after.flatMap(([name, value], index): FactChange[] => {
    const old = before[index]?.[1];
    return old === value ? [] : [{ name, before: old ?? UNKNOWN, after: value ?? UNKNOWN }];
  });
}
