/** The rule and the limits of the matrix and of its overrides, complete. Pure. */
import type { StoppingRule, TrialLimits } from '../model.ts';
import type { Complaint, Path } from '../yaml-file/complaint.ts';
import type { TrialEntry, VerdictEntry } from './schema.ts';

/** The defaults of matrix.yaml. */
export const DEFAULT_RULE: StoppingRule = { confidence: 0.99, maxRate: 0.001, budgetSeconds: 60 };

/** The defaults of matrix.yaml. */
export const DEFAULT_TRIAL: TrialLimits = {
  seconds: { first: 0.7, next: 2 },
  threads: 8,
  timeoutSeconds: 60,
  memoryBytes: 2 ** 30,
  pids: 256,
  cpus: 2,
  outputBytes: 8 * 2 ** 20,
};

/** Settings with those changed that are given; a key that they do not have is passed over. */
export function withChanges<Settings extends object>(
  settings: Settings,
  changes: { readonly [Key in keyof Settings]?: Settings[Key] | undefined },
): Settings {
  const result = { ...settings };
  for (const key of Object.keys(settings) as (keyof Settings)[]) {
    result[key] = changes[key] ?? settings[key];
  }
  return result;
}

/** A rule with some of it changed. */
export function ruleWith(rule: StoppingRule, changes: VerdictEntry = {}): StoppingRule {
  return withChanges(rule, { ...changes, budgetSeconds: changes.budget });
}

/** Limits with some of them changed. */
export function trialWith(limits: TrialLimits, changes: TrialEntry = {}): TrialLimits {
  return withChanges(limits, {
    ...changes,
    seconds: changes.duration,
    timeoutSeconds: changes.timeout,
    memoryBytes: changes.memory,
    outputBytes: changes.output,
  });
}

/**
 * Complains of limits that no trial could keep, with which every cell would be an error: a timeout
 * before the trial's own end, or fewer processes than its threads and their children are.
 *
 * @param path where the limits are in the file
 */
export function trialComplaints(limits: TrialLimits, path: Path): readonly Complaint[] {
  const { seconds, timeoutSeconds, threads, pids } = limits;
  const longest = Math.max(seconds.first, seconds.next);
  const complaints: Complaint[] = [];
  if (timeoutSeconds <= longest) {
    complaints.push({
      path,
      part: 'key',
      message: `trials last up to ${longest}s, but \`timeout\` ends them after ${timeoutSeconds}s`,
      hint: () => '`timeout` must be longer than both values of `duration`.',
    });
  }
  if (pids < 2 * threads + 8) {
    complaints.push({
      path,
      part: 'key',
      message: `${threads} threads and their children are more than ${pids} processes`,
      hint: () => `With ${threads} \`threads\`, \`pids\` must be at least ${2 * threads + 8}.`,
    });
  }
  return complaints;
}
