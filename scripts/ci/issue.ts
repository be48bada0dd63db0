/**
 * One issue for all changes: opened when the matrix first differs from its baseline, and kept up to date
 * while it does.
 *
 * Source: GitHub REST API, "Issues", version 2022-11-28.
 */
import { z } from 'zod';

/** In the issue's text, where it is invisible; titles are changed by people. */
const MARK = '<!-- matrix: difference from the baseline -->';
const LABEL = 'matrix-change';
/** GitHub refuses more than 65,536 characters. */
const LONGEST = 60_000;
const SECONDS = 30;

export interface GithubPlace {
  /** Such as `https://api.github.com`. */
  readonly api: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
}

/** The action on the issue. */
export type IssueOutcome =
  | { readonly type: 'opened' | 'updated'; readonly number: number }
  /** The issue is up to date. */
  | { readonly type: 'unchanged'; readonly number: number }
  | { readonly type: 'failed'; readonly reason: string };

const issues = z.array(
  z.object({
    number: z.int(),
    body: z.string().nullable(),
    pull_request: z.unknown().optional(),
  }),
);

/**
 * Opens the issue, or changes the text of the one that is open.
 *
 * @param diff in Markdown
 */
export async function reportChange(
  place: GithubPlace,
  title: string,
  diff: string,
  runUrl: string,
): Promise<IssueOutcome> {
  const shown = diff.length > LONGEST ? `${diff.slice(0, LONGEST)}\n\n… cut off here.` : diff;
  const body = `${MARK}\n${shown}\n\nSeen by ${runUrl}\n`;
  const listed = await call(place, 'GET', `issues?state=open&labels=${LABEL}&per_page=100`);
  if (listed.type === 'failed') return listed;
  const read = issues.safeParse(listed.value);
  if (!read.success) return { type: 'failed', reason: 'the answer is not a list of issues' };
  const open = read.data.find((one) => !one.pull_request && one.body?.startsWith(MARK));
  if (open === undefined) {
    const opened = await call(place, 'POST', 'issues', { title, body, labels: [LABEL] });
    if (opened.type === 'failed') return opened;
    const { success, data } = z.object({ number: z.int() }).safeParse(opened.value);
    return success
      ? { type: 'opened', number: data.number }
      : { type: 'failed', reason: 'the answer does not name the issue that was opened' };
  }
  const { number } = open;
  // The same difference is no news, whichever night it was seen.
  if (open.body?.startsWith(`${MARK}\n${shown}\n\nSeen by `)) return { type: 'unchanged', number };
  const updated = await call(place, 'PATCH', `issues/${number}`, { body });
  return updated.type === 'failed' ? updated : { type: 'updated', number };
}

type Answer =
  | { readonly type: 'answer'; readonly value: unknown }
  | { readonly type: 'failed'; readonly reason: string };

async function call(
  { api, repository, token }: GithubPlace,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const what = `${method} /repos/${repository}/${path}`;
  try {
    const response = await fetch(`${api}/repos/${repository}/${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(SECONDS * 1000),
    });
    if (!response.ok) return { type: 'failed', reason: `${what} was answered ${response.status}` };
    return { type: 'answer', value: await response.json() };
  } catch (error) {
    return { type: 'failed', reason: `${what}: ${error instanceof Error ? error.message : ''}` };
  }
}
