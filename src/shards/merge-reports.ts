/** Several reports -> the report that one run of all their rows would have given. Pure. */
import { groupBy } from '../group-by.ts';
import type { Cell, Report, ReportEnvironment, ReportHost } from '../report/schema.ts';
import { computeFindings } from '../analysis/findings.ts';
import { orderCells, orderEnvironments } from '../report/order.ts';
import { homePlatform, seenFrom, statedHome } from '../report/seen-from.ts';
import { summarise } from '../report/summary.ts';
import { toCell } from '../verdict/cell.ts';
import { planDigest, type PlannedCell, type ShardPlan } from './shard-plan.ts';
import { judgeInsensitiveHosts } from './insensitive-hosts.ts';
import { listInWords } from '../text/list-text.ts';
import { quantity } from '../text/quantity.ts';
import { compareText } from '../text/version-order.ts';
import { cellKey } from '../report/cell-key.ts';

/** The content of a named source. */
export type ReportSource =
  | { readonly type: 'report'; readonly name: string; readonly report: Report }
  /** A report is missing; `index` names its shard, if known. */
  | {
      readonly type: 'broken';
      readonly name: string;
      readonly index?: number | undefined;
      readonly reason: string;
    };

interface MergeRequest {
  /** The id of the merged report. */
  readonly id: string;
  readonly tool: Report['run']['tool'];
  /** The expected contents of all shards together; without it, nothing counts as missing. */
  readonly plan: ShardPlan | undefined;
  readonly sources: readonly ReportSource[];
}

type MergeOutcome =
  | { readonly type: 'merged'; readonly report: Report }
  /** There is no report at all; each line states why one of them is missing. */
  | { readonly type: 'nothing'; readonly missing: readonly string[] }
  /** They are not parts of one run; a line for each contradiction. */
  | { readonly type: 'refused'; readonly problems: readonly string[] };

/** A whole report, and what it is a part of. */
interface Part {
  readonly name: string;
  /** `2/5`, or `run <id>`. */
  readonly label: string;
  readonly report: Report;
}

/** Rows of one matrix file that a warning names; more are counted. */
const MOST_NAMED = 3;
/** Parts of one run begin within a night. */
const LONG_SPAN_HOURS = 24;

interface Missing {
  readonly shard: string;
  readonly reason: string;
  readonly cells: readonly PlannedCell[];
}

/**
 * Merges reports. Their order does not matter. Each row is taken whole from one report, with its
 * control. Equal ids from hosts of two platforms are two rows. Findings and counts are recomputed.
 * Rows of the plan that are missing become skipped cells with the reason, and a warning.
 *
 * Without a plan, the matrix files may differ, so that a row can be added to a report of hours. A
 * warning names the rows of each file, since a file may also change the size of a trial.
 *
 * Whether a host can see the race is judged for each report by itself: one host proves nothing
 * about another. So passes of a report without any failure do not count if other reports have
 * failures, or if the plan expects some.
 */
export function mergeReports(request: MergeRequest): MergeOutcome {
  const { plan } = request;
  const problems: string[] = [];
  const given = chooseParts(request, problems);
  const home = plan ? plan.platform : given[0] && homePlatform(given[0].report.run);
  const parts = given.map((part) => ({ ...part, report: seenFrom(part.report, home) }));
  problems.push(...contradictions(parts, plan));
  if (problems.length > 0) return { type: 'refused', problems };
  const missing = missingParts(request, parts);
  const [first] = parts;
  if (!first) {
    return { type: 'nothing', missing: missing.map(({ shard, reason }) => `${shard}: ${reason}`) };
  }
  const rule = plan?.rule ?? first.report.run.rule;
  const scenarios = plan?.scenarios ?? unionById(parts.map(({ report }) => report.scenarios));
  const environments = orderEnvironments([
    ...parts.flatMap(({ report }) => report.environments),
    ...rowsOnlyIn(missing, parts),
  ]);
  const { cells: judged, warnings } = judgeInsensitiveHosts(parts, scenarios, plan?.cells ?? []);
  const cells = orderCells(
    [...judged, ...missing.flatMap((one) => one.cells.map((cell) => skipped(cell, one, rule)))],
    environments,
  );
  const runs = parts.map(({ report }) => report.run);
  const hosts = parts.flatMap(({ report }) => report.run.hosts ?? [hostOf(report)]);
  const report: Report = {
    schema: 1,
    run: {
      id: request.id,
      startedAt: runs.map(({ startedAt }) => startedAt).reduce(earlier),
      finishedAt: runs.map(({ finishedAt }) => finishedAt).reduce(later),
      complete: missing.length === 0 && runs.every(({ complete }) => complete),
      tool: request.tool,
      engine: first.report.run.engine,
      host: first.report.run.host,
      matrix: runs.reduce((a, b) => (later(a.startedAt, b.startedAt) === a.startedAt ? a : b))
        .matrix,
      source: first.report.run.source,
      reproduction: runs.every(({ reproduction }) => reproduction !== undefined)
        ? first.report.run.reproduction
        : undefined,
      counts: first.report.run.counts,
      emulation: first.report.run.emulation,
      rule,
      platform: statedHome(home, first.report.run.host),
      lock: first.report.run.lock,
      leftOut: plan ? plan.leftOut : leftOutOf(parts),
      merged: {
        runs: runs.flatMap(({ id, merged }) => merged?.runs ?? [id]),
        missing: [
          ...runs.flatMap(({ merged }) => merged?.missing ?? []),
          ...missing.map(({ shard, reason }) => ({ shard, reason })),
        ],
      },
      hosts: areAlike(hosts) ? undefined : hosts,
      warnings: [
        ...missing.map(missingText),
        ...spanText(runs),
        ...filesText(parts),
        ...saidBy(parts),
        ...warnings,
      ],
    },
    environments,
    scenarios,
    cells,
    findings: computeFindings({ environments, scenarios, cells }),
    summary: summarise(cells),
  };
  return { type: 'merged', report };
}

/** One report for each shard: a complete one rather than an interrupted one. */
function chooseParts({ sources, plan }: MergeRequest, problems: string[]): readonly Part[] {
  const byLabel = new Map<string, Part>();
  for (const source of sources) {
    if (source.type !== 'report') continue;
    const { name, report } = source;
    const { shard } = report.run;
    const label = plan && shard ? `${shard.index}/${shard.count}` : `run ${report.run.id}`;
    const other = byLabel.get(label);
    if (other && other.report.run.id !== report.run.id) {
      const [a, b] = [other.report.run.complete, report.run.complete];
      if (a && b) problems.push(`${other.name} and ${name} are both shard ${label}`);
      if (a && !b) continue;
      // Of two interrupted runs, the later one knew of the earlier one.
      if (
        a === b &&
        later(other.report.run.startedAt, report.run.startedAt) !== report.run.startedAt
      )
        continue;
    }
    byLabel.set(label, { name, label, report });
  }
  return [...byLabel.values()].sort(
    (a, b) =>
      (a.report.run.shard?.index ?? 0) - (b.report.run.shard?.index ?? 0) ||
      compareText(a.report.run.startedAt, b.report.run.startedAt) ||
      compareText(a.report.run.id, b.report.run.id),
  );
}

function contradictions(parts: readonly Part[], plan: ShardPlan | undefined): string[] {
  const problems: string[] = [];
  const digest = plan && planDigest(plan);
  const owner = new Map<string, string>();
  const [first] = parts;
  // Older reports do not state it.
  const stated = parts.find(({ report }) => report.run.reproduction !== undefined);
  for (const { name, report } of parts) {
    const { shard, matrix, rule } = report.run;
    if (plan && shard?.plan !== digest) {
      problems.push(
        shard
          ? `${name} is shard ${shard.index}/${shard.count} of another plan`
          : `${name} is not a shard of this plan`,
      );
    } else if (plan && shard) {
      const mine = new Set(plan.shards[shard.index - 1]?.environments);
      const planned = new Set(plan.cells.map((one) => cellKey(one.environment, one.scenario)));
      for (const { environment, scenario } of report.cells) {
        if (!mine.has(environment) || !planned.has(cellKey(environment, scenario))) {
          problems.push(
            `${name} has the cell ${environment} ${scenario}, which belongs to another shard`,
          );
        }
      }
    }
    if (plan && matrix.sha256 !== first?.report.run.matrix.sha256) {
      problems.push(`${name} and ${first?.name ?? ''} were measured by different matrix files`);
    }
    if (JSON.stringify(report.run.lock) !== JSON.stringify(first?.report.run.lock)) {
      problems.push(`${name} and ${first?.name ?? ''} did not use the same lock`);
    }
    if (JSON.stringify(rule) !== JSON.stringify(first?.report.run.rule)) {
      problems.push(`${name} and ${first?.name ?? ''} decided their cells by different rules`);
    }
    const { reproduction } = report.run;
    if (reproduction !== undefined && reproduction !== stated?.report.run.reproduction) {
      problems.push(`${name} and ${stated?.name ?? ''} measured different reproductions`);
    } else if (measuredThing(report.run) !== measuredThing(first?.report.run)) {
      problems.push(
        `${name} and ${first?.name ?? ''} measured different reproductions, or with different versions of this program`,
      );
    }
    for (const { id } of report.environments) {
      const other = owner.get(id);
      if (other !== undefined) problems.push(`${other} and ${name} both measured the row ${id}`);
      owner.set(id, name);
    }
  }
  return problems;
}

/** What has to be the same in all parts, so that their cells are of one kind. */
function measuredThing(run: Report['run'] | undefined): string {
  return JSON.stringify([run?.source?.text, run?.counts, run?.emulation, run?.tool]);
}

/** The rows that some part left out and none measured. */
function leftOutOf(parts: readonly Part[]): Report['run']['leftOut'] {
  const measured = new Set(parts.flatMap(({ report }) => report.environments.map(({ id }) => id)));
  const byReason = new Map<string, Set<string>>();
  for (const { reason, environments } of parts.flatMap(({ report }) => report.run.leftOut ?? [])) {
    const rows = byReason.get(reason) ?? new Set();
    for (const id of environments) {
      if (!measured.has(id)) byReason.set(reason, rows.add(id));
      // Another part may have another reason for the same row.
      measured.add(id);
    }
  }
  return byReason.size === 0
    ? undefined
    : [...byReason].map(([reason, rows]) => ({ reason, environments: [...rows] }));
}

/** Everything that the plan, or the caller, may expect. */
function missingParts({ plan, sources }: MergeRequest, parts: readonly Part[]): readonly Missing[] {
  const broken = sources.filter((source) => source.type === 'broken');
  if (!plan) {
    return broken
      .map(({ name, reason }) => ({ shard: name, reason, cells: [] }))
      .sort((a, b) => compareText(a.shard, b.shard));
  }
  const had = new Set(
    parts.flatMap(({ report }) =>
      report.cells.map((one) => cellKey(one.environment, one.scenario)),
    ),
  );
  return plan.shards.flatMap(({ environments }, position): Missing[] => {
    const index = position + 1;
    const rows = new Set(environments);
    const lacking = plan.cells.filter(
      (one) => rows.has(one.environment) && !had.has(cellKey(one.environment, one.scenario)),
    );
    if (lacking.length === 0) return [];
    const shard = `${index}/${plan.shards.length}`;
    const isThere = parts.some(({ report }) => report.run.shard?.index === index);
    const reasons = broken
      .filter((source) => source.index === index)
      .map(({ name, reason }) => `${name}: ${reason}`)
      .sort(compareText);
    const reason = isThere
      ? 'its report does not have all of its cells'
      : reasons.length > 0
        ? reasons.join('; ')
        : 'none of the folders holds it';
    return [{ shard, reason, cells: lacking }];
  });
}

function skipped(cell: PlannedCell, missing: Missing, rule: Report['run']['rule']): Cell {
  const reason = `shard ${missing.shard} is missing: ${missing.reason}`;
  return toCell({ ...cell, verdict: 'skipped', reason, rule, observations: [], evidence: [] });
}

function missingText({ shard, reason, cells }: Missing): string {
  const count = cells.length === 1 ? '1 cell is' : `${cells.length} cells are`;
  return cells.length === 0
    ? `${shard} is missing: ${reason}.`
    : `Shard ${shard} is missing: ${reason}. Its ${count} skipped.`;
}

/** A report that an earlier night left in a folder looks like any other. */
function spanText(runs: readonly Report['run'][]): readonly string[] {
  const starts = runs.map(({ startedAt }) => Date.parse(startedAt));
  const hours = Math.round((Math.max(...starts) - Math.min(...starts)) / 3_600_000);
  return hours < LONG_SPAN_HOURS
    ? []
    : [`The first of the merged runs started ${hours} hours before the last one.`];
}

/** Which rows were measured by which matrix file, where there are several. */
function filesText(parts: readonly Part[]): readonly string[] {
  const partsBySha = groupBy(parts, ({ report }) => report.run.matrix.sha256);
  if (partsBySha.size < 2) return [];
  const texts = [...partsBySha].map(([sha256, own]) => {
    const rows = own.flatMap(({ report }) => report.environments.map(({ id }) => id));
    const named = rows.length > MOST_NAMED ? quantity(rows.length, 'row') : listInWords(rows);
    return `${named} by sha256 ${sha256.slice(0, 12)}`;
  });
  return [`The rows were measured by different matrix files: ${texts.join('; ')}.`];
}

/** The warnings of each report; a warning of all of them is reported once. */
function saidBy(parts: readonly Part[]): readonly string[] {
  const labelsByWarning = new Map<string, string[]>();
  for (const { label, report } of parts) {
    for (const warning of new Set(report.run.warnings)) {
      labelsByWarning.set(warning, [...(labelsByWarning.get(warning) ?? []), label]);
    }
  }
  return [...labelsByWarning].map(([warning, labels]) =>
    labels.length === parts.length ? warning : `${partsText(labels)}: ${warning}`,
  );
}

function partsText(labels: readonly string[]): string {
  const isShard = labels.every((label) => /^\d/.test(label));
  const [first = ''] = labels;
  if (labels.length === 1) return isShard ? `Shard ${first}` : `In ${first}`;
  return `${isShard ? 'Shards' : 'In'} ${labels.join(', ')}`;
}

function rowsOnlyIn(missing: readonly Missing[], parts: readonly Part[]): ReportEnvironment[] {
  const known = new Set(parts.flatMap(({ report }) => report.environments.map(({ id }) => id)));
  const rows = new Set(missing.flatMap(({ cells }) => cells.map(({ environment }) => environment)));
  return [...rows].filter((id) => !known.has(id)).map((id) => ({ id }));
}

function hostOf(report: Report): ReportHost {
  const { id, host, engine, shard } = report.run;
  return {
    shard: shard && `${shard.index}/${shard.count}`,
    run: id,
    host,
    engine,
    environments: report.environments.map((row) => row.id),
  };
}

function areAlike(hosts: readonly ReportHost[]): boolean {
  return new Set(hosts.map(({ host, engine }) => JSON.stringify([host, engine]))).size < 2;
}

function unionById(lists: readonly Report['scenarios'][]): Report['scenarios'] {
  return [...new Map(lists.flat().map((scenario) => [scenario.id, scenario])).values()];
}

function earlier(a: string, b: string): string {
  return Date.parse(b) < Date.parse(a) ? b : a;
}

function later(a: string, b: string): string {
  return Date.parse(b) > Date.parse(a) ? b : a;
}
