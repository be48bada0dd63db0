/** A folder without a reproduction.yaml: one scenario, judged by the exit status of its run.sh. */
import type { StoppingRule } from '../model.ts';
import type { Manifest } from './manifest.ts';

/**
 * When a cell of a script has enough, where nothing else is said. A whole run is one call, and nobody
 * waits for thousands of them: 29 clean runs exclude a failure rate above one in ten with 95 %
 * confidence.
 */
export const SCRIPT_RULE: StoppingRule = { confidence: 0.95, maxRate: 0.1, budgetSeconds: 120 };

export const PLAIN_MANIFEST: Manifest = {
  protocol: { type: 'exit-status', evidence: [] },
  scenarios: [{ id: 'default', args: [] }],
  packages: [],
  programs: [],
  strace: false,
  verdict: {},
  trial: {},
};
