import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { reportChange, type GithubPlace } from './issue.ts';

interface Issue {
  number: number;
  title: string;
  body: string;
  labels: string[];
}

/** The part of GitHub's API that is about issues, in memory. */
let issues: Issue[] = [];
let refuse: number | undefined;
let server: Server;
let place: GithubPlace;

before(async () => {
  server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const send = (status: number, value: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(value));
      };
      if (request.headers.authorization !== 'Bearer t0ken') {
        send(401, {});
        return;
      }
      if (refuse !== undefined) {
        send(refuse, { message: 'no' });
        return;
      }
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://github');
      const path = pathname.replace('/repos/me/repo/', '');
      if (request.method === 'GET' && path === 'issues') {
        const label = searchParams.get('labels') ?? '';
        send(
          200,
          issues.filter(({ labels }) => labels.includes(label)),
        );
        return;
      }
      const sent = JSON.parse(await text(request)) as Omit<Issue, 'number'>;
      if (request.method === 'POST' && path === 'issues') {
        issues.push({ ...sent, number: issues.length + 1 });
        send(201, issues.at(-1));
        return;
      }
      const issue = issues.find(({ number }) => path === `issues/${number}`);
      if (request.method !== 'PATCH' || !issue) {
        send(404, {});
        return;
      }
      issue.body = sent.body;
      send(200, issue);
    };
    void answer();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  place = { api: `http://127.0.0.1:${port}`, repository: 'me/repo', token: 't0ken' };
});
after(() => server.close());
beforeEach(() => {
  issues = [];
  refuse = undefined;
});

const report = (diff: string, night = '1') =>
  reportChange(place, 'It differs', diff, `run ${night}`);

describe('the issue of a change', () => {
  it('is one, however many nights see the change', async () => {
    assert.deepEqual(await report('a → b'), { type: 'opened', number: 1 });
    assert.deepEqual(await report('a → b', '2'), { type: 'unchanged', number: 1 });
    assert.deepEqual(await report('a → c', '3'), { type: 'updated', number: 1 });
    assert.equal(issues.length, 1);
    assert.match(issues[0]?.body ?? '', /a → c\n\nSeen by run 3/);
  });

  it('is none that someone else opened with the same label', async () => {
    issues.push({ number: 1, title: 'mine', body: 'by hand', labels: ['matrix-change'] });
    assert.deepEqual(await report('a → b'), { type: 'opened', number: 2 });
    assert.equal(issues[0]?.body, 'by hand');
  });

  it('is not longer than GitHub takes', async () => {
    await report('x'.repeat(200_000));
    assert.ok((issues[0]?.body.length ?? 0) < 65_536);
  });

  it('that cannot be written says why, and not with what it was tried', async () => {
    refuse = 403;
    const refused = await report('a → b');
    assert.ok(refused.type === 'failed');
    assert.match(refused.reason, /^GET \/repos\/me\/repo\/issues\?.* was answered 403$/);
    const gone = await reportChange({ ...place, api: 'http://127.0.0.1:1' }, '', '', '');
    assert.ok(gone.type === 'failed' && !gone.reason.includes('t0ken'));
  });
});
