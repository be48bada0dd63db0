/** Whether a registry is unreachable, as opposed to one that lacks an image. Pure. */

const NOBODY =
  /connection refused|connection reset|no such host|no answer (?:for|within)|i\/o timeout|handshake timeout|deadline exceeded|(?:request|context) cancell?ed|server misbehaving|temporary failure in name resolution|network is unreachable|no route to host|: EOF$/i;

/**
 * Whether asking for another image would fare no better.
 *
 * @param reason the engine's error for a pull or a push
 */
export function isSilence(reason: string): boolean {
  return NOBODY.test(reason);
}

/** The reason for every image of such a registry: the same for all, so that it is reported once. */
export function silenceText(registry: string, reason: string): string {
  const cause = reason.replace(/^The (?:pull|push) of \S+ failed: /, '').replace(/^.*?": /, '');
  return `the registry ${registry} does not answer: ${cause}`;
}
