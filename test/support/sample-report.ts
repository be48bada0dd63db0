/** Reports for tests: small ones that read like real ones, and one of any size. No test runs a container for them. */
import type { Launcher, Mutation, Verdict } from '../../src/model.ts';
import type { Cell, Report, ReportEnvironment } from '../../src/report/schema.ts';
import { summarise } from '../../src/report/summary.ts';

/** The part of a cell that a test sets; the rest is filled in so that the cell is consistent. */
export type CellWish = Pick<Cell, 'environment' | 'scenario' | 'verdict'> & Partial<Cell>;

const REASONS: Readonly<Partial<Record<Verdict, string>>> = {
  inconclusive: 'the time for this cell was over before the bound was reached',
  error: 'the trial ended without its summary line',
  skipped: 'this Python has no such launcher',
};

/** A cell with plausible figures for its verdict. */
export function sampleCell(wish: CellWish): Cell {
  const failures = wish.failures ?? (wish.verdict === 'fail' ? 312 : 0);
  const exposed =
    wish.exposed ??
    { pass: 4603, fail: 1204, inconclusive: 900, error: 0, skipped: 0 }[wish.verdict];
  const reason = REASONS[wish.verdict];
  return {
    expected: null,
    symptoms: failures > 0 ? { 'spawn-error': failures } : {},
    trials: exposed > 0 ? 2 : 0,
    calls: exposed,
    exposed,
    failures,
    rate:
      exposed > 0
        ? {
            value: failures / exposed,
            low: Math.max(0, failures / exposed - 0.03),
            high: Math.min(1, failures / exposed + 0.03),
          }
        : null,
    ...(failures === 0 && exposed > 0 ? { bound: 1 - 0.01 ** (1 / exposed) } : {}),
    ...(failures > 0 ? { firstFailureSeconds: 0.034 } : {}),
    seconds: exposed > 0 ? 1.5 : 0,
    evidence:
      wish.verdict === 'fail'
        ? ['execve("/bin/sh", ["sh", "-c", "true"], 0x55 /* 82 vars */) = -1 EFAULT (Bad address)']
        : [],
    rerun: `matrix rerun '${wish.environment}' '${wish.scenario}'`,
    ...(reason === undefined ? {} : { reason }),
    ...wish,
  };
}

/** An environment whose facts follow from a few words, such as `glibc 2.41-12` and `CPython 3.13.5`. */
export function sampleEnvironment(
  id: string,
  libc: string,
  python: string,
  distro = 'debian 13',
): ReportEnvironment {
  const [name = '', release = ''] = libc.split(' ');
  const [implementation = '', version = ''] = python.split(' ');
  const [distroId = '', distroVersion = ''] = distro.split(' ');
  const libcName = name === 'musl' ? 'musl' : 'glibc';
  return {
    id,
    python: { implementation, version, build: 'GCC 14.2.0, main, Jul 2025' },
    libc: {
      name: libcName,
      version: release.replace(/-.*/, ''),
      package: `${libcName === 'musl' ? 'musl' : 'libc6'} ${release}`,
    },
    distro: { id: distroId, version: distroVersion },
    shell: 'dash 0.5.12-12',
    image: {
      id: `sha256:${'4f'.repeat(32)}`,
      fingerprint: 'a7'.repeat(32),
      source: `bootstrapped from the archive's release of 2025-11-15`,
    },
  };
}

/** A scenario by its id, `mutation/launcher`. */
export function sampleScenario(id: string): Report['scenarios'][number] {
  const [mutation, launcher] = id.split('/');
  return { id, mutation: mutation as Mutation, launcher: launcher as Launcher };
}

/** A report of these rows, columns and cells; its summary counts the cells. */
export function sampleReport(
  parts: {
    environments: readonly ReportEnvironment[];
    scenarios: readonly (string | Report['scenarios'][number])[];
    cells: readonly CellWish[];
    findings?: Report['findings'];
  },
  run: Partial<Report['run']> = {},
): Report {
  const cells = parts.cells.map(sampleCell);
  return {
    schema: 1,
    run: {
      id: '20251124-101500-3f2a',
      startedAt: '2025-11-24T10:15:00Z',
      finishedAt: '2025-11-24T10:19:42Z',
      complete: true,
      tool: { name: 'spawn-race-matrix', version: '0.1.0' },
      engine: { name: 'docker', version: '20.10.24', apiVersion: '1.41', private: true },
      host: { kernel: '6.1.0-31-amd64', arch: 'x86_64', cpus: 2, memory: 8_302_632_960 },
      matrix: { path: 'matrix.yaml', sha256: '0c'.repeat(32) },
      rule: { confidence: 0.99, maxRate: 0.001, budgetSeconds: 60 },
      warnings: [],
      ...run,
    },
    environments: parts.environments,
    scenarios: parts.scenarios.map((one) => (typeof one === 'string' ? sampleScenario(one) : one)),
    cells,
    findings: parts.findings ?? [],
    summary: summarise(cells),
  };
}

/** The default group as it might come out: glibc repaired for `add` in 2.41, musl not. */
export function defaultGroupReport(): Report {
  const glibc: [string, string, string, string[]][] = [
    [
      'debian-11',
      '2.31-13+deb11u13',
      'debian 11',
      ['CPython 2.7.18', 'CPython 3.9.2', 'PyPy 3.6.12'],
    ],
    ['debian-12', '2.36-9+deb12u13', 'debian 12', ['CPython 3.11.2', 'PyPy 3.9.16']],
    ['debian-13', '2.41-12', 'debian 13', ['CPython 3.13.5', 'PyPy 3.11.11']],
    [
      'debian-testing',
      '2.43-2',
      'debian forky/sid',
      ['CPython 3.13.9', 'CPython 3.14.0', 'CPython 3.15.0a2', 'PyPy 3.11.13'],
    ],
    ['debian-unstable', '2.44-0experimental1', 'debian sid', ['CPython 3.14.0']],
  ];
  const musl: [string, string, string, string][] = [
    ['debian-11', '1.2.2-1', 'debian 11', 'CPython 3.9.2'],
    ['debian-12', '1.2.3-1', 'debian 12', 'CPython 3.11.2'],
    ['debian-13', '1.2.5-3', 'debian 13', 'CPython 3.13.5'],
    ['debian-testing', '1.2.6-1', 'debian forky/sid', 'CPython 3.13.9'],
  ];
  const idOf = (base: string, python: string) => {
    const [implementation = '', version = ''] = python.split(' ');
    if (implementation === 'PyPy') return `${base}/pypy3`;
    return `${base}/cpython-${version.split('.').slice(0, 2).join('.')}`;
  };
  const environments = [
    ...musl.map(([base, release, distro, python]) =>
      sampleEnvironment(`${idOf(base, python)}-musl`, `musl ${release}`, python, distro),
    ),
    ...glibc.flatMap(([base, release, distro, pythons]) =>
      pythons.map((python) =>
        sampleEnvironment(idOf(base, python), `glibc ${release}`, python, distro),
      ),
    ),
  ];
  const scenarios = ['none/os.system', 'add/os.system', 'delete/os.system', 'overwrite/os.system'];
  const verdictOf = ({ libc, python }: ReportEnvironment, scenario: string): Verdict => {
    const musl = libc?.name === 'musl';
    switch (scenario) {
      case 'add/os.system':
        return musl || Number(libc?.version) < 2.41 ? 'fail' : 'pass';
      case 'delete/os.system':
        return 'fail';
      case 'overwrite/os.system':
        return musl || python?.implementation === 'PyPy' ? 'fail' : 'pass';
      default:
        return 'pass';
    }
  };
  return sampleReport({
    environments,
    scenarios,
    cells: environments.flatMap((environment) =>
      scenarios.map((scenario) => {
        const verdict = verdictOf(environment, scenario);
        return { environment: environment.id, scenario, verdict, expected: verdict };
      }),
    ),
  });
}

/**
 * A report of any size with every verdict in it, the same each time.
 *
 * @param rows number of environments
 * @param columns number of scenarios
 */
export function largeReport(rows: number, columns: number): Report {
  const verdicts: Verdict[] = ['fail', 'pass', 'fail', 'pass', 'inconclusive', 'error', 'skipped'];
  const environments = Array.from({ length: rows }, (_, y) =>
    sampleEnvironment(
      `base-${Math.floor(y / 10)}/cpython-3.${y % 10}`,
      y % 3 === 2 ? `musl 1.2.${y % 7}-${y}` : `glibc 2.${28 + (y % 17)}-${y}`,
      `CPython 3.${y % 16}.${y % 5}`,
      `debian ${11 + (y % 4)}`,
    ),
  );
  const scenarios = Array.from({ length: columns }, (_, x) => ({ id: `churn/launcher-${x}` }));
  const cells = environments.flatMap(({ id }, y) =>
    scenarios.map(({ id: scenario }, x): CellWish => {
      const verdict = verdicts[(y * 31 + x * 17) % verdicts.length] ?? 'pass';
      const failures = verdict === 'fail' ? 1 + ((y * 7 + x * 13) % 900) : 0;
      return {
        environment: id,
        scenario,
        verdict,
        expected: verdict === 'fail' && (y + x) % 97 === 0 ? 'pass' : null,
        failures,
        ...(verdict === 'fail'
          ? {
              evidence: [
                `[pid ${1000 + y}] execve("/bin/sh", ["sh", "-c", "true"], 0x${(y * 4096 + x).toString(16)} /* 82 vars */) = -1 EFAULT (Bad address)`,
                `[thread ${x % 8}][os.system failure] ouch! return code = 32512`,
              ],
            }
          : {}),
      };
    }),
  );
  return sampleReport({ environments, scenarios, cells });
}

/** For the user's own reproduction: neither mutations nor launchers, one run is one call. */
export function scriptReport(): Report {
  const environments = [
    sampleEnvironment('debian-11/cpython-2.7', 'glibc 2.31-13', 'CPython 2.7.18', 'debian 11'),
    sampleEnvironment('debian-13/cpython-3.13', 'glibc 2.41-12', 'CPython 3.13.5'),
  ];
  const cells = environments.flatMap(({ id }, index) => [
    sampleCell({ environment: id, scenario: 'quiet', verdict: 'pass', exposed: 29 }),
    index === 0
      ? sampleCell({
          environment: id,
          scenario: 'busy',
          verdict: 'fail',
          exposed: 2,
          failures: 1,
          symptoms: { reproduced: 1 },
          rate: { value: 0.5, low: 0.01, high: 0.99 },
          evidence: ['HUNG: child 1'],
        })
      : sampleCell({ environment: id, scenario: 'busy', verdict: 'pass', exposed: 29 }),
  ]);
  const scenarios = [{ id: 'quiet', role: 'control' as const }, { id: 'busy' }];
  return sampleReport({ environments, scenarios, cells });
}

/** A report of these rows with a verdict for each of them, by scenario. */
export function verdictReport(
  environments: readonly ReportEnvironment[],
  scenarios: Readonly<Record<string, readonly Verdict[]>>,
): Report {
  return sampleReport({
    environments,
    scenarios: Object.keys(scenarios),
    cells: Object.entries(scenarios).flatMap(([scenario, verdicts]) =>
      verdicts.map((verdict, index) => ({
        environment: environments[index]?.id ?? '',
        scenario,
        verdict,
      })),
    ),
  });
}
