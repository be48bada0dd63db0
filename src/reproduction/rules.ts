/** Which rule and which limits hold for a reproduction's cells: matrix.yaml's or its own. Pure. */
import { ruleFor, trialFor } from '../matrix/cell-patterns.ts';
import { ruleWith, trialWith } from '../matrix/limits.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { StoppingRule, TrialLimits } from '../model.ts';
import type { Manifest } from './manifest.ts';
import { SCRIPT_RULE } from './plain-manifest.ts';

interface CellRules {
  /** Of a cell about which nothing else is reported. */
  readonly rule: StoppingRule;
  readonly ruleFor: (environment: string, scenario: string) => StoppingRule;
  readonly limitsFor: (environment: string, scenario: string) => TrialLimits;
}

/**
 * What `overrides` of matrix.yaml say is about the reproduction that it names, so it is void for any
 * other one, even where ids happen to be the same. An override goes before the manifest, and the
 * manifest before the rest of matrix.yaml, whose `verdict` is about calls of the trial contract and
 * says nothing of a script.
 *
 * @param foreign whether the reproduction is another one than matrix.yaml names
 */
export function rulesOf(matrix: Matrix, manifest: Manifest, foreign: boolean): CellRules {
  const base = manifest.protocol.type === 'contract' ? matrix.rule : SCRIPT_RULE;
  const rule = ruleWith(base, manifest.verdict);
  const limits = trialWith(matrix.trial, manifest.trial);
  if (foreign) {
    return {
      rule,
      ruleFor: () => rule,
      limitsFor: () => limits,
    };
  }
  const overridden = (part: 'rule' | 'trial', environment: string, scenario: string) =>
    matrix.overrides.some(
      (override) => override[part] !== undefined && override.cells.covers(environment, scenario),
    );
  return {
    rule,
    ruleFor: (environment, scenario) =>
      overridden('rule', environment, scenario) ? ruleFor(matrix, environment, scenario) : rule,
    limitsFor: (environment, scenario) =>
      overridden('trial', environment, scenario) ? trialFor(matrix, environment, scenario) : limits,
  };
}
