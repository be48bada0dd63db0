/** A plan of three scenarios for tests of a run. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment, Mutation, Scenario } from '../../src/model.ts';
import type { RunPlan } from '../../src/run/plan.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rule = { confidence: 0.99, maxRate: 0.01, budgetSeconds: 60 };
const limits = {
  seconds: { first: 0.7, next: 2 },
  threads: 8,
  timeoutSeconds: 60,
  memoryBytes: 1 << 30,
  pids: 256,
  cpus: 2,
  outputBytes: 1 << 20,
};

export function environment(base: string, python: string, recipe = 'debian-package'): Environment {
  return {
    id: `${base}/${python}`,
    base: { id: base, sources: [{ type: 'pull', reference: `${base}:slim` }] },
    python: { id: python, recipe, args: { PACKAGE: python }, command: python },
  };
}

function scenario(mutation: Mutation): Scenario {
  return {
    id: `${mutation}/os.system`,
    mutation,
    launcher: 'os.system',
    args: ['--mutation', mutation, '--launcher', 'os.system'],
    ...(mutation === 'none' ? {} : { control: 'none/os.system' }),
  };
}

export function planOf(environments: readonly Environment[]): RunPlan {
  return {
    environments,
    scenarios: (['none', 'add', 'delete'] as const).map(scenario),
    rule,
    ruleFor: () => rule,
    limitsFor: () => limits,
    expectedFor: (_, id) => (id.startsWith('none') ? 'pass' : null),
    matrix: { path: 'matrix.yaml', sha256: '0'.repeat(64) },
    reproduction: join(root, 'reproduction'),
    packages: [],
    programs: [],
    compileOn: null,
    needsStrace: true,
    recipes: [join(root, 'images')],
  };
}
