/** A folder without a reproduction.yaml: one scenario, judged by the exit status of its run.sh. */
import type { StoppingRule } from '../model.ts';
import type { Manifest, ScriptProtocol } from './manifest.ts';

/**
 * The default verdict rule for a script. A whole run is one call, and thousands of runs would take
 * too long: 29 clean runs exclude a failure rate above one in ten with 95 % confidence.
 */
export const SCRIPT_RULE: StoppingRule = { confidence: 0.95, maxRate: 0.1, budgetSeconds: 120 };

/** Seconds for the runs of a cell where a command line asks for more of them than by default. */
export const LONG_BUDGET_SECONDS = 3600;

/** The default interpretation of a run. */
export const PLAIN_PROTOCOL: ScriptProtocol = {
  type: 'script',
  reproduced: [],
  completed: [],
  skipped: [],
  evidence: [],
  badStatus: [],
  goodStatus: [],
  hang: 'error',
  stdin: 'empty',
  isolation: 'attempt',
  emulation: 'inconclusive',
};

export const PLAIN_MANIFEST: Manifest = {
  protocol: PLAIN_PROTOCOL,
  scenarios: [{ id: 'default', args: [] }],
  mechanisms: {},
  packages: [],
  programs: [],
  strace: false,
  verdict: {},
  trial: {},
};
