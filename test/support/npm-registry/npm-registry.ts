/**
 * A registry of npm on loopback that keeps what is published to it, and refers to another registry for
 * every other package. Its data are gone with it.
 *
 * Source: the npm registry's "Public Registry API", as `npm publish` and `npm install` of npm 10 use it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

/** The body of a publication. */
const publication = z.object({
  name: z.string(),
  'dist-tags': z.record(z.string(), z.string()),
  versions: z.record(z.string(), z.looseObject({ dist: z.looseObject({ tarball: z.string() }) })),
  _attachments: z.record(z.string(), z.object({ data: z.base64() })),
});
export type Publication = z.output<typeof publication>;

export interface NpmRegistry {
  /** `http://127.0.0.1:port/` */
  readonly address: string;
  /** The token that a publication needs. */
  readonly token: string;
  /** By the names of packages. */
  readonly published: ReadonlyMap<string, Publication>;
  readonly stop: () => Promise<void>;
}

/** @param upstream the address of the registry that has all other packages */
export async function startNpmRegistry(upstream: string): Promise<NpmRegistry> {
  const published = new Map<string, Publication>();
  const token = 'only-for-this-test';
  let address = '';

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(new URL(request.url ?? '/', address).pathname.slice(1));
    if (request.method === 'PUT') {
      if (request.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end();
        return;
      }
      const body = publication.parse(await json(request));
      const former = published.get(body.name)?.versions ?? {};
      if (Object.keys(body.versions).some((version) => version in former)) {
        send(response, 403, { error: 'a version cannot be published twice' });
        return;
      }
      for (const { dist } of Object.values(body.versions)) {
        dist.tarball = address + dist.tarball.replace(/^https?:\/\/[^/]+\//, '');
      }
      published.set(body.name, body);
      send(response, 201, { ok: true });
      return;
    }
    const [name = '', file] = path.split('/-/');
    const own = published.get(name);
    if (own === undefined) {
      // npm follows it with its own settings, such as a proxy.
      response.writeHead(302, { Location: new URL(request.url?.slice(1) ?? '', upstream).href });
      response.end();
      return;
    }
    if (file === undefined) {
      send(response, 200, { ...own, _attachments: undefined });
      return;
    }
    const data = own._attachments[file]?.data;
    if (data === undefined) response.writeHead(404).end();
    else response.writeHead(200).end(Buffer.from(data, 'base64'));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      send(response, 500, { error: String(error) });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    address,
    token,
    published,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
