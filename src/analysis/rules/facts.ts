/**
 * The measured facts by which an explanation may separate rows. Each has a family (`glibc`,
 * `CPython`) and, where it has versions, one or more levels of them from coarse to fine (3.13, then
 * 3.13.5). Pure.
 */
import { platformOf } from '../../platform.ts';
import { buildOptions, subprocessText } from '../../report/facts-text.ts';
import { packageVersion } from '../../report/order.ts';
import { minorOf } from '../../report/row-place.ts';
import type { ReportEnvironment } from '../../report/schema.ts';
import {
  compareDebianVersions,
  comparePythonVersions,
  compareText,
} from '../../text/version-order.ts';

/** In the order in which explanations that are equally simple are named. */
export const FACTS = [
  'libc',
  'python',
  'built-against',
  'gil',
  'subprocess',
  'build',
  'distribution',
  'allocator',
  'platform',
  'shell',
] as const;
export type Fact = (typeof FACTS)[number];

/** A row's value of a fact. */
export interface FactValue {
  readonly family: string;
  /** From coarse to fine; a finer level never joins what a coarser one separates. */
  readonly levels: readonly string[];
  /**
   * Whose releases the finer levels are, such as `debian`: each distribution numbers its own
   * packages, so an order across two distributions would mean nothing.
   */
  readonly packager?: string | undefined;
}

/** A row as the search sees it; a fact that was not measured is absent. */
export type RowFacts = Readonly<Partial<Record<Fact, FactValue>>>;

/** How the levels of a fact are compared. */
interface Comparison {
  /** False where two versions are either the same or different, and no range means anything. */
  readonly ordered: boolean;
  readonly compare: (a: string, b: string) => number;
  /** Whether the coarsest level means the same in all families, as the language version of a Python does. */
  readonly acrossFamilies: boolean;
}

const UNORDERED: Comparison = { ordered: false, compare: compareText, acrossFamilies: false };
const DEBIAN: Comparison = {
  ordered: true,
  compare: (a, b) => compareDebianVersions(a, b) || compareText(a, b),
  acrossFamilies: false,
};

export const COMPARISONS: Readonly<Record<Fact, Comparison>> = {
  libc: DEBIAN,
  python: {
    ordered: true,
    compare: (a, b) => comparePythonVersions(a, b) || compareText(a, b),
    acrossFamilies: true,
  },
  'built-against': DEBIAN,
  gil: UNORDERED,
  subprocess: UNORDERED,
  build: UNORDERED,
  distribution: UNORDERED,
  allocator: UNORDERED,
  platform: UNORDERED,
  shell: UNORDERED,
};

/**
 * The facts of a row, as measured in its image.
 *
 * @returns undefined if the C library or Python is unknown, so that the row is evidence for nothing
 */
export function rowFactsOf(environment: Omit<ReportEnvironment, 'image'>): RowFacts | undefined {
  const { libc, python, distro, arch, platform, shell } = environment;
  if (!libc || !python) return undefined;
  const { threaded, debug, malloc } = buildOptions(python.build);
  const spawn = subprocessText(environment);
  const language = python.version.replace(/ .*/, '');
  // A kernel of 64 bits calls itself that in a container of 32 bits as well.
  const machine = platform?.name ?? platformOf(arch) ?? arch;
  const shellPackage = shell === undefined ? undefined : /\(([^()]+)\)$/.exec(shell)?.[1];
  return {
    libc: {
      family: libc.name,
      levels: [libc.version, packageVersion(libc.package)],
      packager: distro?.id,
    },
    python: { family: python.implementation, levels: [minorOf(language), language] },
    gil: { family: threaded ? 'free-threaded' : 'with the GIL', levels: [] },
    build: { family: debug ? 'debug' : 'release', levels: [] },
    allocator: { family: malloc ?? 'default', levels: [] },
    // A lower bound is no version: of two lower bounds, neither is known to be later.
    ...(python.builtAgainst?.version !== undefined && {
      'built-against': {
        family: python.builtAgainst.name,
        levels: [python.builtAgainst.version],
      },
    }),
    ...(spawn !== undefined && { subprocess: { family: spawn, levels: [] } }),
    ...(distro && { distribution: { family: distro.id, levels: [distro.version] } }),
    ...(machine !== undefined && { platform: { family: machine, levels: [] } }),
    ...(shellPackage !== undefined && {
      shell: { family: shellPackage.replace(/ .*/, ''), levels: [shellPackage] },
    }),
  };
}
