/** Whether what apt or mmdebstrap printed means that an archive, and not our recipe, is the cause. Pure. */

/** A failure of an archive, and its text that follows the archive's name. */
export interface ArchiveProblem {
  readonly type:
    | 'signature'
    | 'expired'
    /** Its date is in the future. */
    | 'early'
    /** Files of different days, as during an update of a mirror. */
    | 'mixed'
    /** The suite is not there, or not by the name that it had. */
    | 'no-suite'
    /** A listed file is not served. */
    | 'vanished'
    | 'unreachable'
    /** It has other versions than the base. */
    | 'version'
    | 'no-source'
    /** Fetching from it exceeded the time limit of a build. */
    | 'slow';
  /** One sentence without a full stop. */
  readonly text: string;
}

type ProblemPattern = readonly [
  ArchiveProblem['type'],
  RegExp,
  (...groups: readonly string[]) => string,
];

/** The most specific cause first: after it, apt reports missing packages as well. */
const PATTERNS: readonly ProblemPattern[] = [
  [
    'expired',
    /E: Release file for (\S+) is expired \(invalid since ([^)]*)\)/,
    (url, age) => `${url} expired ${age} ago`,
  ],
  [
    'early',
    /E: Release file for (\S+) is not valid yet \(invalid for another ([^)]*)\)/,
    (url, wait) => `${url} is not valid for another ${wait}, by the clock of this machine`,
  ],
  [
    'signature',
    /E: The repository '(.+?)' is not signed|E: Failed to fetch (\S+) .*(?:Clearsigned file isn't valid|invalid signature|signatures were invalid)|GPG error: (\S+ \S+ \S+):/i,
    (...urls) => `${urls.find(Boolean) ?? ''} is not signed by a key that is trusted`,
  ],
  [
    'mixed',
    /E: Failed to fetch (\S+) .*(?:Hash Sum mismatch|unexpected size|Mirror sync in progress)/i,
    (url) => `${url} differs from its Release file, as during an update of a mirror`,
  ],
  [
    'no-suite',
    /E: The repository '(.+?) Release' (?:does not|no longer) ha(?:ve|s) a Release file/,
    (suite) => `${suite} does not exist`,
  ],
  [
    'no-suite',
    /E: Repository '(.+?)' changed its '\w+' value from '(.*?)' to '(.*?)'/,
    (suite, before, after) => `${suite} changed from ${before} to ${after}`,
  ],
  [
    'vanished',
    /E: Failed to fetch (\S+) +(?:404|410) /,
    (url) => `${url} is listed but not served`,
  ],
  [
    'unreachable',
    /[EW]: Failed to fetch (\S+) +(.+?)(?: \[IP: [^\]]*\])?$/,
    (url, cause) => `${url} cannot be fetched: ${cause}`,
  ],
  [
    'version',
    /E: Version '(.+?)' for '(.+?)' was not found/,
    (version, name) =>
      `it no longer has ${name} ${version}, which matches the packages of the base`,
  ],
  [
    'no-source',
    /E: Unable to find a source package for (\S+)/,
    (name) => `it has no source package ${name}`,
  ],
];

/** Failures that are not the archive's fault, whatever apt prints after them. */
const OWN_TROUBLE = /No space left on device|Read-only file system|Cannot allocate memory/i;

/**
 * The archive problem that an output reports; undefined if it reports none.
 *
 * @param lines in their order, of apt or mmdebstrap, perhaps behind what a builder prints before each
 */
export function findArchiveProblem(lines: readonly string[]): ArchiveProblem | undefined {
  if (lines.some((line) => OWN_TROUBLE.test(line))) return undefined;
  for (const [type, pattern, words] of PATTERNS) {
    for (const line of lines) {
      const found = pattern.exec(line.trimEnd());
      if (!found) continue;
      const groups = found.slice(1).map((group: string | undefined) => withoutLogin(group ?? ''));
      return { type, text: words(...groups) };
    }
  }
  return undefined;
}

/**
 * As {@link findArchiveProblem}, of a layer's build. A warning of apt does not count in a build that
 * failed for another reason, such as a compiler's error.
 *
 * @param reason why the build failed, as the engine states it
 */
export function layerProblem(reason: string, lines: readonly string[]): ArchiveProblem | undefined {
  // apt's own status, which the scripts of the recipes pass on.
  if (/\b(?:code|status):? 100\b/.test(reason)) return findArchiveProblem(lines);
  return reason.includes('took longer than') ? stalledProblem(lines) : undefined;
}

/** As {@link findArchiveProblem}, of a build or a bootstrap that took too long. */
export function stalledProblem(lines: readonly string[]): ArchiveProblem | undefined {
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  return FETCHING.test(last)
    ? { type: 'slow', text: `it exceeded the time limit of a build: ${last.trim().slice(0, 200)}` }
    : undefined;
}

/** Lines in which apt lists its fetches, and the lines that mmdebstrap prints before. */
const FETCHING =
  /(?:^| )(?:Get|Hit|Ign|Err):\d+ |I: (?:running apt-get update|downloading packages)/;

/** The advice that follows {@link ArchiveProblem.text}; empty if there is none. */
export function remedy(type: ArchiveProblem['type'], base: string): string {
  switch (type) {
    case 'expired':
      return `set \`expired: accept\` in the entry of ${base} to accept it`;
    case 'early':
      return 'set the clock of this machine';
    case 'version':
      return '`--refresh` rebuilds the base from the current archive';
    case 'signature':
      return 'its packages are not used; if the mirror has its own key, name it with `archives: { keyring: … }`';
    case 'mixed':
      return 'try again in an hour';
    default:
      return `name another one under \`archives\` in the entry of ${base}`;
  }
}

function withoutLogin(text: string): string {
  return text.replace(/(:\/\/)[^/@\s]*@/g, '$1');
}
