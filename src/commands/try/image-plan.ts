/** The plan of a run on images that a user names, without any matrix.yaml. Pure. */
import { createHash } from 'node:crypto';
import { DEFAULT_TRIAL, ruleWith, trialWith } from '../../matrix/limits.ts';
import type { Environment } from '../../model.ts';
import type { Manifest } from '../../reproduction/manifest.ts';
import { SCRIPT_RULE } from '../../reproduction/plain-manifest.ts';
import { asksForBash } from '../../intake/script-text.ts';
import type { RunPlan } from '../../run/plan.ts';

/** The parts of the reproduction that such a plan needs. */
type Given = Pick<RunPlan, 'source' | 'reproduction' | 'scriptFolder' | 'recipes'>;

/** A row for each image, whose id is its reference, for the scenarios of a script. */
export function imagePlan(images: readonly string[], manifest: Manifest, given: Given): RunPlan {
  const references = [...new Set(images)];
  const rule = ruleWith(SCRIPT_RULE, manifest.verdict);
  const limits = trialWith(DEFAULT_TRIAL, manifest.trial);
  return {
    ...given,
    environments: references.map(environmentOf),
    scenarios: manifest.scenarios ?? [],
    rule,
    ruleFor: () => rule,
    limitsFor: () => limits,
    expectedFor: () => null,
    matrix: {
      path: '--image',
      sha256: createHash('sha256').update(references.join('\n')).digest('hex'),
    },
    protocol: manifest.protocol,
    packages: manifest.packages,
    needsBash: given.scriptFolder && asksForBash(given.scriptFolder.files),
    programs: manifest.programs.map(({ source }) => source),
    compileOn: null,
    needsStrace: false,
  };
}

function environmentOf(reference: string): Environment {
  return {
    id: reference,
    image: reference,
    base: { id: reference, sources: [] },
    python: { id: 'of the image', recipe: '', args: {}, command: '' },
  };
}
