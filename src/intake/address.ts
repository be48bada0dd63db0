/** WHAT on a command line as a repository, a commit of it and a folder in it. Pure. */

/** A repository somewhere, as it was written. */
export interface Address {
  readonly repository: string;
  /** A branch, a tag or a commit; undefined for HEAD. */
  readonly ref?: string | undefined;
  /** With forward slashes, relative to the repository; undefined for all of it. */
  readonly folder?: string | undefined;
}

const URL_START = /^(https?|ssh|git|file):\/\//i;
/** The short form of ssh, such as `git@host:me/repository.git`. */
const SCP = /^[\w.-]+@[\w.-]+:/;

/** Whether an address has a host and nothing after it, as where a `#` in a password cuts it off. */
export function hasNoPath({ repository }: Address): boolean {
  return /^[a-z]+:\/\/[^/]+$/i.test(repository);
}

/** Whether WHAT is an address that git reads, and no path. */
export function isRemote(what: string): boolean {
  return URL_START.test(what) || SCP.test(what);
}

/**
 * Splits `REPOSITORY[#ref][:folder]`. Without `#ref` a folder is recognised only after `.git`, since
 * colons are part of addresses and of names.
 */
export function splitAddress(what: string): Address {
  const hash = what.indexOf('#');
  if (hash !== -1) return { repository: what.slice(0, hash), ...splitRef(what.slice(hash + 1)) };
  const parts = /^(.*\.git\/?):([^:]+)$/s.exec(what);
  return parts ? { repository: parts[1] ?? '', folder: parts[2] } : { repository: what };
}

/**
 * The ways to read a local path with a `#` or a colon in it, the longest path first, since a path that
 * exists wins.
 */
export function localAddresses(what: string): readonly Address[] {
  const readings: Address[] = [];
  for (let at = what.lastIndexOf('#'); at > 0; at = what.lastIndexOf('#', at - 1)) {
    readings.push({ repository: what.slice(0, at), ...splitRef(what.slice(at + 1)) });
  }
  const parts = /^(.*\.git\/?):([^:]+)$/s.exec(what);
  if (parts) readings.push({ repository: parts[1] ?? '', folder: parts[2] });
  return readings;
}

function splitRef(text: string): Omit<Address, 'repository'> {
  const colon = text.indexOf(':');
  const ref = colon === -1 ? text : text.slice(0, colon);
  const folder = colon === -1 ? '' : text.slice(colon + 1);
  return { ref: ref === '' ? undefined : ref, folder: folder === '' ? undefined : folder };
}

/** Why a ref is refused before git sees it; undefined for one that is fine. */
export function refProblem(ref: string): string | undefined {
  if (/^[-+^]/.test(ref)) return `it begins with \`${ref.slice(0, 1)}\``;
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f*?[\\]|\.\./.test(ref)) {
    return 'it has characters that no branch, tag or commit has';
  }
  return undefined;
}

/** Hides passwords and tokens in the addresses of a text. */
export function masked(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)([^\s/]*)@/gi, (whole, scheme: string, user: string) =>
      /^ssh:/i.test(scheme) && !user.includes(':') ? whole : `${scheme}***@`,
    )
    .replaceAll(/(^|[\s'"`])[^\s/:'"`]+:[^\s/'"`]*@(?=[\w.-]+[:/])/g, '$1***@')
    .replaceAll(/([?&][^=\s&]*(?:token|key|secret|password)[^=\s&]*=)[^&\s'"#]+/gi, '$1***');
}

/** An address without who asks, so that a command that is shown or run again holds no password. */
export function withoutCredentials(text: string): string {
  return masked(text).replaceAll('***@', '');
}
