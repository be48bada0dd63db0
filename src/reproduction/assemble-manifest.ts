/** Combines the parts of reproduction.yaml, and checks references between them. Pure. */
import { DEFAULT_TRIAL, trialComplaints, trialWith, withChanges } from '../matrix/limits.ts';
import type { Complaint } from '../yaml-file/complaint.ts';
import { quoted } from '../text/names.ts';
import type { Manifest, Protocol } from './manifest.ts';
import { PLAIN_MANIFEST, PLAIN_PROTOCOL } from './plain-manifest.ts';
import { manifestScenarios } from './scenarios.ts';
import type { ManifestFile } from './schema.ts';
import { statusConflict } from './statuses.ts';

/** The value of `evidence` if run.sh traces by itself. */
const STRACE = 'strace';

/** @returns the manifest, to be used only if there are no complaints */
export function assembleManifest(file: ManifestFile): {
  readonly manifest: Manifest;
  readonly complaints: readonly Complaint[];
} {
  const protocol: Protocol =
    file.contract === undefined ? withChanges(PLAIN_PROTOCOL, file) : { type: 'contract' };
  const own = file.scenarios ? manifestScenarios(file.scenarios) : null;
  const scenarios =
    own?.scenarios ?? (protocol.type === 'contract' ? null : PLAIN_MANIFEST.scenarios);
  const manifest: Manifest = {
    protocol,
    scenarios,
    mechanisms: file.mechanisms ?? {},
    packages: file.packages ?? [],
    programs: (file.programs ?? []).map(({ source, scenarios: needy }) => ({
      source,
      isNeededBy: (id) => needy?.some((pattern) => pattern.matches(id)) ?? true,
    })),
    strace: asksForStrace(file),
    verdict: file.verdict ?? {},
    trial: file.trial ?? {},
  };
  return {
    manifest,
    complaints: [
      ...protocolComplaints(file),
      ...evidenceComplaints(file),
      ...(own?.complaints ?? []),
      ...programComplaints(file, manifest),
      ...limitComplaints(file),
    ],
  };
}

function asksForStrace({ contract, evidence }: ManifestFile): boolean {
  return contract !== undefined && evidence?.length === 1 && evidence[0]?.text === STRACE;
}

/**
 * Keys about the runs of a script; under the trial contract, the output itself has this
 * information.
 */
const SCRIPT_KEYS = [
  'reproduced',
  'completed',
  'skipped',
  'badStatus',
  'goodStatus',
  'hang',
  'stdin',
  'isolation',
  'emulation',
] as const;

function protocolComplaints(file: ManifestFile): Complaint[] {
  if (file.contract === undefined && file.mechanisms !== undefined) {
    const message = `${quoted('mechanisms')} names launchers, which only the trial contract has`;
    return [{ path: ['mechanisms'], part: 'key', message }];
  }
  if (file.contract !== undefined) {
    return SCRIPT_KEYS.filter((key) => file[key] !== undefined).map((key) => ({
      path: [key],
      part: 'key',
      message: `${quoted(key)} has no effect together with the trial contract`,
      hint: () => `Use either ${quoted('contract')} or ${quoted(key)}.`,
    }));
  }
  const conflict = statusConflict(file.badStatus ?? [], file.goodStatus ?? []);
  if (conflict === null) return [];
  return [{ path: ['badStatus'], part: 'value', message: conflict }];
}

function evidenceComplaints(file: ManifestFile): Complaint[] {
  const { contract, evidence } = file;
  const asked = evidence?.some(({ text }) => text === STRACE) ?? false;
  if (contract !== undefined && evidence && !asksForStrace(file)) {
    const message = 'with the trial contract, `evidence` can only be `strace`';
    return [{ path: ['evidence'], part: 'value', message }];
  }
  if (contract === undefined && asked) {
    return [
      {
        path: ['evidence'],
        part: 'value',
        message: '`strace` is only for reproductions that use the trial contract',
        hint: () =>
          'Call strace in run.sh, add it to `packages`, and let `evidence` match its lines.',
      },
    ];
  }
  return [];
}

function programComplaints(file: ManifestFile, manifest: Manifest): Complaint[] {
  const sources = (file.programs ?? []).map(({ source }) => source);
  return sources.flatMap((source, index): Complaint[] => {
    if (sources.indexOf(source) < index) {
      const message = `${quoted(source)} is in this list twice`;
      return [{ path: ['programs', index, 'source'], part: 'value', message }];
    }
    const needed = manifest.scenarios?.some(({ id }) => manifest.programs[index]?.isNeededBy(id));
    if (needed !== false) return [];
    const message = 'no scenario of this file matches';
    return [{ path: ['programs', index, 'scenarios'], part: 'value', message }];
  });
}

function limitComplaints({ contract, trial }: ManifestFile): readonly Complaint[] {
  if (!trial) return [];
  if (contract !== undefined) return trialComplaints(trialWith(DEFAULT_TRIAL, trial), ['trial']);
  return (['duration', 'threads'] as const)
    .filter((key) => trial[key] !== undefined)
    .map((key) => ({
      path: ['trial', key],
      part: 'key',
      message: `${quoted(key)} has no effect on a run.sh without the trial contract`,
      hint: () => 'Pass it with the `arguments` of a scenario. `timeout` ends a run from outside.',
    }));
}
