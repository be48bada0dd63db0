/** Which rule and which limits hold for a reproduction's cells: matrix.yaml's or its own. Pure. */
import { overriddenFor } from '../matrix/cell-patterns.ts';
import { ruleWith, trialWith } from '../matrix/limits.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { StoppingRule, TrialLimits } from '../model.ts';
import type { Manifest } from './manifest.ts';
import { SCRIPT_RULE } from './plain-manifest.ts';

interface CellRules {
  /** The rule of a cell without any override. */
  readonly rule: StoppingRule;
  readonly ruleFor: (environment: string, scenario: string) => StoppingRule;
  readonly limitsFor: (environment: string, scenario: string) => TrialLimits;
}

/**
 * The `overrides` of matrix.yaml belong to the reproduction that it names. They do not apply to any
 * other one, even if its ids are the same. An override takes precedence over the manifest, and the
 * manifest over the rest of matrix.yaml. The `verdict` there counts calls of the trial contract, so
 * it does not apply to scripts.
 *
 * @param foreign whether the reproduction is another one than matrix.yaml names
 */
export function rulesOf(matrix: Matrix, manifest: Manifest, foreign: boolean): CellRules {
  const base = manifest.protocol.type === 'contract' ? matrix.rule : SCRIPT_RULE;
  const rule = ruleWith(base, manifest.verdict);
  const limits = trialWith(matrix.trial, manifest.trial);
  const overrides = foreign ? [] : matrix.overrides;
  return {
    rule,
    ruleFor: (environment, scenario) =>
      overriddenFor(overrides, 'rule', environment, scenario) ?? rule,
    limitsFor: (environment, scenario) =>
      overriddenFor(overrides, 'trial', environment, scenario) ?? limits,
  };
}
